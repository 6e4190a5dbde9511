from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.ceph_replicas_few import RULE
from tests.policy.resources import changed, messages, resource, without

POOL = {"failureDomain": "host", "replicated": {"size": 3, "requireSafeReplicaSize": True}}
ERASURE_CODED = {"erasureCoded": {"dataChunks": 4, "codingChunks": 2}}
FILESYSTEM = {"metadataPool": {"replicated": {"size": 3}}, "dataPools": [POOL, ERASURE_CODED]}
STORE = {"metadataPool": POOL, "dataPool": ERASURE_CODED}


def rook(kind: str, spec: Any) -> Resource:
    properties = {"apiVersion": "ceph.rook.io/v1", "kind": kind, "metadata": {"name": "main"}, "spec": spec}
    return resource(f"kubernetes:ceph.rook.io/v1:{kind}", properties)


def chart(values: dict[str, Any]) -> Resource:
    return resource("kubernetes:helm.sh/v3:Release", {"chart": "rook-ceph-cluster", "values": values})


@pytest.mark.parametrize(
    "judged",
    [
        rook("CephBlockPool", POOL),
        rook("CephBlockPool", ERASURE_CODED),
        rook("CephFilesystem", FILESYSTEM),
        rook("CephObjectStore", STORE),
        chart({"cephBlockPools": [{"name": "a", "spec": POOL}], "cephFileSystems": [{"spec": FILESYSTEM}]}),
        rook("CephCluster", {"cephConfig": {"global": {"osd_pool_default_size": "3"}}}),
    ],
)
def test_three_copies_are_no_finding(judged: Resource) -> None:
    assert messages(RULE, judged) == []


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (rook("CephBlockPool", changed(POOL, ("replicated", "size"), 2)), "replicated.size is 2"),
        (rook("CephBlockPool", without(POOL, "replicated", "size")), "replicated.size is None"),
        (rook("CephBlockPool", changed(POOL, ("replicated", "requireSafeReplicaSize"), False)), "SafeReplicaSize"),
        (rook("CephBlockPool", changed(ERASURE_CODED, ("erasureCoded", "codingChunks"), 1)), "codingChunks is 1"),
        (rook("CephFilesystem", changed(FILESYSTEM, ("metadataPool", "replicated", "size"), 1)), "spec.metadataPool"),
        (rook("CephFilesystem", changed(FILESYSTEM, ("dataPools", 0, "replicated", "size"), 2)), "dataPools[0]"),
        (rook("CephObjectStore", changed(STORE, ("dataPool", "erasureCoded", "codingChunks"), 1)), "spec.dataPool"),
        (
            chart({"cephObjectStores": [{"spec": changed(STORE, ("metadataPool", "replicated", "size"), 2)}]}),
            "values.cephObjectStores[0].spec.metadataPool",
        ),
        (rook("CephCluster", {"cephConfig": {"global": {"osd_pool_default_size": "1"}}}), "osd_pool_default_size is 1"),
    ],
)
def test_fewer_are_found_with_the_pool(judged: Resource, said: str) -> None:
    (message,) = messages(RULE, judged)
    assert said in message
    assert "Set" in message or "Leave" in message


@pytest.mark.parametrize("path", [("replicated",), ("replicated", "size")])
def test_what_a_preview_does_not_know_is_no_finding(path: tuple[str, ...]) -> None:
    assert messages(RULE, rook("CephBlockPool", changed(POOL, path, UNKNOWN))) == []
    assert messages(RULE, rook("CephBlockPool", UNKNOWN)) == []


def test_other_objects_and_other_charts_are_left_alone() -> None:
    few = changed(POOL, ("replicated", "size"), 1)
    other = {"apiVersion": "example.org/v1", "kind": "CephBlockPool", "spec": few}
    assert messages(RULE, resource("kubernetes:example.org/v1:CephBlockPool", other)) == []
    values = {"cephBlockPools": [{"spec": few}]}
    assert messages(RULE, resource("kubernetes:helm.sh/v3:Release", {"chart": "other", "values": values})) == []
