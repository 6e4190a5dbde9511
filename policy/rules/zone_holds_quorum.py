"""The loss of a zone is not the loss of the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.control_planes import members_by_zone
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    by_zone = members_by_zone(resources)
    count = by_zone.total()
    for zone, inside in by_zone.items():
        if is_known(zone) and inside > (count - 1) // 2:
            yield Finding(
                message=f"{zone} has {inside} of {count} control planes: without it the others are no majority."
                " Place members in other zones by their subnet under hardway:control_plane.members."
            )


RULE = StackRule(
    name="zone-holds-quorum",
    what="The control planes outside any one availability zone are a majority of all.",
    why="A zone fails as a whole, and etcd without a majority takes no writes: no node, pod or certificate can change.",
    source="https://kubernetes.io/docs/setup/best-practices/multiple-zones/#control-plane-behavior",
    fix="Spread hardway:control_plane.members over subnets in three zones.",
    severity=Severity.HIGH,
    reference="story 19: a single etcd (NRE Labs)",
    check=_check,
)
