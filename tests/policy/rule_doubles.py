"""Rules made up for tests of the pack itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from policy.rule import Finding, Resource, ResourceRule, Settings, Severity, StackRule

METADATA: dict[str, Any] = {
    "what": "Things are small.",
    "why": "Large ones break.",
    "source": "https://example.net/small",
    "fix": "Make it smaller.",
    "severity": Severity.HIGH,
    "reference": "story",
}


def resource_rule(
    check: Callable[[Resource, Settings], Iterator[str]], name: str = "thing-large", **more: Any
) -> ResourceRule:
    return ResourceRule(name=name, check=check, **{**METADATA, "types": ("example:*",), **more})


def stack_rule(
    check: Callable[[Sequence[Resource], Settings], Iterator[Finding]], name: str = "stack-large", **more: Any
) -> StackRule:
    return StackRule(name=name, check=check, **{**METADATA, **more})


def large(judged: Resource, settings: Settings) -> Iterator[str]:
    """Finds what is larger than ten."""
    if judged.at("size") > 10:
        yield f"{judged.name} has size {judged.at('size')}."


def many(judged: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    """Finds the last of more than one."""
    if len(judged) > 1:
        yield Finding(message=f"There are {len(judged)} things.", urn=judged[-1].urn)
