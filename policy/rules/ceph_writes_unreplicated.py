"""Ceph acknowledges nothing that is on one disk only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.ceph import TYPES, clusters, number, pools
from policy.kubernetes_objects import value_at
from policy.rule import Resource, ResourceRule, Settings, Severity

_LEAST: Final = 2


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    # Left out, it is the larger half of the size: 2 of 3. For the cluster's default, 0 means that, too.
    for pool in pools(judged):
        value = value_at(pool.spec, "parameters", "min_size")
        if (copies := number(value)) is not None and copies < _LEAST:
            yield _message(f"{pool.where}.parameters.min_size", value)
    for cluster in clusters(judged):
        value = value_at(cluster.spec, "cephConfig", "global", "osd_pool_default_min_size")
        if (copies := number(value)) is not None and 0 < copies < _LEAST:
            yield _message(f"{cluster.where}.cephConfig.global.osd_pool_default_min_size", value)


def _message(where: str, value: object) -> str:
    return f"{where} is {value}. Set it to {_LEAST}, or leave it out where three copies are kept."


RULE = ResourceRule(
    name="ceph-writes-unreplicated",
    what="A pool takes writes only while two copies of each are kept.",
    why="A write that one disk acknowledged is gone with that disk, and the copies that come back contradict it.",
    source="https://docs.ceph.com/en/latest/rados/operations/pools/#setting-the-number-of-rados-object-replicas",
    fix="Set parameters.min_size to 2.",
    severity=Severity.HIGH,
    reference="rook's production settings",
    types=TYPES,
    check=_check,
)
