"""Ceph keeps three copies, or survives the loss of two parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.ceph import TYPES, Part, clusters, number, pools
from policy.kubernetes_objects import value_at
from policy.resource import is_known
from policy.rule import Resource, ResourceRule, Settings, Severity

_COPIES: Final = 3
_CODING_CHUNKS: Final = 2


def _pool(pool: Part) -> Iterator[str]:
    replicated, erasure_coded = value_at(pool.spec, "replicated"), value_at(pool.spec, "erasureCoded")
    size, safe = value_at(replicated, "size"), value_at(replicated, "requireSafeReplicaSize")
    coding = value_at(erasure_coded, "codingChunks")
    if replicated is not None and is_known(size) and (number(size) or 0) < _COPIES:
        yield f"{pool.where}.replicated.size is {size}. Set it to {_COPIES} or more."
    if safe is False:
        yield f"{pool.where}.replicated.requireSafeReplicaSize is false. Leave it out: it is true by default."
    if erasure_coded is not None and is_known(coding) and (number(coding) or 0) < _CODING_CHUNKS:
        yield f"{pool.where}.erasureCoded.codingChunks is {coding}. Set it to {_CODING_CHUNKS} or more."


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    for pool in pools(judged):
        yield from _pool(pool)
    for cluster in clusters(judged):
        size = value_at(cluster.spec, "cephConfig", "global", "osd_pool_default_size")
        if (copies := number(size)) is not None and copies < _COPIES:
            yield f"{cluster.where}.cephConfig.global.osd_pool_default_size is {size}. Set it to {_COPIES} or more."


RULE = ResourceRule(
    name="ceph-replicas-few",
    what="Every pool keeps three copies of what is in it, or can lose two parts of it.",
    why="With two copies, a disk that dies while another one is being replaced takes data with it.",
    source="https://rook.io/docs/rook/latest/CRDs/Block-Storage/ceph-block-pool-crd/",
    fix="Set replicated.size to 3, or erasureCoded.codingChunks to 2.",
    severity=Severity.HIGH,
    reference="rook's production settings",
    types=TYPES,
    check=_check,
)
