"""Deleting a Ceph cluster deletes no data."""

from __future__ import annotations

from collections.abc import Iterator

from policy.ceph import TYPES, clusters
from policy.kubernetes_objects import value_at
from policy.resource import is_known
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    for cluster in clusters(judged):
        policy = value_at(cluster.spec, "cleanupPolicy")
        confirmation = value_at(policy, "confirmation")
        if is_known(confirmation) and confirmation:
            yield (
                f"{cluster.where}.cleanupPolicy.confirmation is {confirmation}."
                " Leave it empty; set it only in the change that tears a throw-away cluster down."
            )
        if value_at(policy, "allowUninstallWithVolumes") is True:
            yield f"{cluster.where}.cleanupPolicy.allowUninstallWithVolumes is true. Set it to false."


RULE = ResourceRule(
    name="ceph-cleanup-confirmed",
    what="No Ceph cluster is set up to wipe its disks when it is deleted.",
    why="With the confirmation in place, one deleted object is enough for every disk to be overwritten.",
    source="https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/#cleanup-policy",
    fix="Leave cleanupPolicy.confirmation empty and allowUninstallWithVolumes false.",
    severity=Severity.CRITICAL,
    reference="rook's production settings",
    types=TYPES,
    check=_check,
)
