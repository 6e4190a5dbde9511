"""Ceph formats only the disks that were named."""

from __future__ import annotations

from collections.abc import Iterator

from policy.ceph import TYPES, clusters
from policy.kubernetes_objects import entries, value_at
from policy.resource import is_known
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    for cluster in clusters(judged):
        storage = value_at(cluster.spec, "storage")
        for key in ("useAllDevices", "useAllNodes"):
            value = value_at(storage, key)
            # The operator takes nothing that is not named; the chart says to take everything.
            if value is True or (value is None and is_known(storage) and cluster.by_chart):
                said = "true" if value else "left out, and the chart sets it"
                yield (
                    f"{cluster.where}.storage.{key} is {said}. Set it to false and name the disks,"
                    " or let storageClassDeviceSets claim volumes."
                )
        for node in entries(value_at(storage, "nodes")):
            if node.get("useAllDevices") is True:
                yield f"{cluster.where}.storage.nodes: {node.get('name')} has useAllDevices. Name its disks."


RULE = ResourceRule(
    name="ceph-takes-any-device",
    what="The disks and nodes that Ceph may use are named.",
    why="Otherwise every empty disk that ever appears on any node is formatted and becomes part of the storage,"
    " also one that was attached for something else.",
    source="https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/#storage-selection-settings",
    fix="Set useAllNodes and useAllDevices to false and name nodes and devices.",
    severity=Severity.HIGH,
    reference="rook's production settings",
    types=TYPES,
    check=_check,
)
