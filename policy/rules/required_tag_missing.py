"""Every resource says whose it is and what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.rule import Resource, ResourceRule, Settings, Severity
from policy.tags import missing_tags, tags, takes_tags


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    given = tags(resource)
    if not isinstance(given, Mapping) or not takes_tags(resource.type):
        return
    if absent := missing_tags(given, settings.required_tags):
        yield f"tags lack {', '.join(absent)}: pass tags=naming.tags(role, thing)."


RULE = ResourceRule(
    name="required-tag-missing",
    what="Every AWS resource that can have tags says which environment and stack it is of, and what for.",
    why="What nobody can assign stays for ever and is paid for ever; budgets, clean-ups and permissions go by tags.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    fix="Pass tags=naming.tags(role, thing) to the resource.",
    severity=Severity.LOW,
    reference="AWS Security Hub: EC2.33 and its siblings for each service",
    settings=("required_tags",),
    types=("aws:*",),
    check=_check,
)
