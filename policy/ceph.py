"""Ceph as rook is told to make it: clusters and pools, as objects of their own or as values of rook's chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from policy.kubernetes_objects import entries, object_of, value_at
from policy.resource import Resource

TYPES: Final = ("kubernetes:*",)
GROUP: Final = "ceph.rook.io"
CLUSTER_CHART: Final = "rook-ceph-cluster"
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_POOLS: Final = {"CephFilesystem": ("metadataPool", "dataPools"), "CephObjectStore": ("metadataPool", "dataPool")}
_VALUES: Final = {
    "cephBlockPools": "CephBlockPool",
    "cephFileSystems": "CephFilesystem",
    "cephObjectStores": "CephObjectStore",
}
"""Lists in the chart's values by the kind of object that the chart makes of each entry."""


@dataclass(frozen=True)
class Part:
    """A cluster or a pool."""

    where: str
    """How messages call it, with the path to its specification."""

    spec: Any
    """May be UNKNOWN, or None where the chart's own values stand."""

    by_chart: bool = False
    """Whether what it leaves out is filled in by the chart, and not by the operator."""


def clusters(resource: Resource) -> Iterator[Part]:
    """The Ceph clusters that the resource makes."""
    if _is_cluster_chart(resource):
        yield Part("values.cephClusterSpec", resource.at("values", "cephClusterSpec"), by_chart=True)
        return
    if (found := object_of(resource, GROUP, "CephCluster")) is not None:
        yield Part(f"{found}: spec", found.at("spec"))


def pools(resource: Resource) -> Iterator[Part]:
    """The pools that the resource makes, those of file systems and object stores included."""
    if _is_cluster_chart(resource):
        for key, kind in _VALUES.items():
            for index, entry in enumerate(entries(resource.at("values", key))):
                yield from _pools_of(kind, f"values.{key}[{index}].spec", entry.get("spec"))
        return
    if (found := object_of(resource, GROUP, *_VALUES.values())) is not None:
        yield from _pools_of(found.kind, f"{found}: spec", found.at("spec"))


def _pools_of(kind: str, where: str, spec: Any) -> Iterator[Part]:
    if kind == "CephBlockPool":
        yield Part(where, spec)
    for key in _POOLS.get(kind, ()):
        pool = value_at(spec, key)
        if isinstance(pool, list | tuple):
            yield from (Part(f"{where}.{key}[{index}]", one) for index, one in enumerate(pool))
        elif pool is not None:
            yield Part(f"{where}.{key}", pool)


def _is_cluster_chart(resource: Resource) -> bool:
    chart = resource.at("chart")
    return resource.type == _RELEASE and isinstance(chart, str) and chart.rsplit("/", 1)[-1] == CLUSTER_CHART


def number(value: Any) -> int | None:
    """The value as a whole number, which parameters have as text; None if it is none or not known."""
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None
