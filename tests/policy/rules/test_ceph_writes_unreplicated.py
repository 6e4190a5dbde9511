from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.ceph_writes_unreplicated import RULE
from tests.policy.resources import messages
from tests.policy.rules.test_ceph_replicas_few import POOL, chart, rook


def pool(**parameters: Any) -> dict[str, Any]:
    return {**POOL, "parameters": parameters}


@pytest.mark.parametrize("value", ["2", 2, "3"])
def test_two_copies_of_each_write_are_no_finding(value: Any) -> None:
    assert messages(RULE, rook("CephBlockPool", pool(min_size=value))) == []


@pytest.mark.parametrize("value", ["1", 1, "0"])
def test_one_is_found(value: Any) -> None:
    (message,) = messages(RULE, rook("CephBlockPool", pool(min_size=value)))
    assert f"CephBlockPool main: spec.parameters.min_size is {value}" in message


def test_a_pool_of_the_chart_is_found() -> None:
    (message,) = messages(RULE, chart({"cephBlockPools": [{"spec": pool(min_size="1")}]}))
    assert message.startswith("values.cephBlockPools[0].spec.parameters.min_size is 1")


@pytest.mark.parametrize(("value", "count"), [("1", 1), ("2", 0), ("0", 0), (UNKNOWN, 0)])
def test_the_clusters_default_counts_and_zero_is_the_larger_half(value: Any, count: int) -> None:
    spec = {"cephConfig": {"global": {"osd_pool_default_min_size": value}}}
    assert len(messages(RULE, rook("CephCluster", spec))) == count


def test_what_is_left_out_or_unknown_is_no_finding() -> None:
    assert messages(RULE, rook("CephBlockPool", POOL)) == []
    assert messages(RULE, rook("CephBlockPool", pool(min_size=UNKNOWN))) == []
    assert messages(RULE, rook("CephBlockPool", {**POOL, "parameters": UNKNOWN})) == []
    assert messages(RULE, rook("CephCluster", UNKNOWN)) == []
