"""The number of control planes is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.control_planes import members
from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    found = members(resources)
    count = len(found) if isinstance(found, list) else 0
    if count and count % 2 == 0:
        yield Finding(
            message=f"There are {count} control planes, which survive no more failures than {count - 1}."
            f" Make them {count + 1} or {count - 1} under hardway:control_plane.members."
        )


RULE = StackRule(
    name="control-planes-even",
    what="There is an odd number of control planes.",
    why="etcd needs more than half of its members: one more than an odd number is one more that can fail and none that"
    " may.",
    source="https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members",
    fix="Add or remove one under hardway:control_plane.members.",
    severity=Severity.MEDIUM,
    reference="story 19: a single etcd (NRE Labs)",
    check=_check,
)
