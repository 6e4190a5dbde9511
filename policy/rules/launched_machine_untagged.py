"""What a launch template makes says whose it is, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policy.machines import LAUNCH_TEMPLATE
from policy.provider_values import blocks
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known
from policy.tags import missing_tags

_MADE: Final = ("instance", "volume")


def _check(template: Resource, settings: Settings) -> Iterator[str]:
    specifications = template.at("tagSpecifications", default=())
    if not is_known(specifications) or not all(map(is_known, specifications)):
        return
    kinds = {block.get("resourceType"): block.get("tags") or {} for block in blocks(specifications)}
    if not all(map(is_known, kinds)):
        return
    for kind in _MADE:
        given: Any = kinds.get(kind, {})
        if is_known(given) and (absent := missing_tags(given, settings.required_tags)):
            yield f"tagSpecifications of {kind} lack {', '.join(absent)}: pass the template's tags there, too."


RULE = ResourceRule(
    name="launched-machine-untagged",
    what="Machines and disks that a launch template makes have the tags that every resource has.",
    why="A template's own tags stay on the template: machines of a pool and their disks would have none, and the join"
    " of a node is decided by its machine's tags.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    fix="Add tag_specifications for instance and volume.",
    severity=Severity.MEDIUM,
    reference="AWS Security Hub: EC2.33 and its siblings for each service",
    settings=("required_tags",),
    types=(LAUNCH_TEMPLATE,),
    check=_check,
)
