from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.ceph_takes_any_device import RULE
from tests.policy.resources import messages
from tests.policy.rules.test_ceph_replicas_few import chart, rook

STORAGE = {"useAllNodes": False, "useAllDevices": False, "nodes": [{"name": "a", "devices": [{"name": "nvme1n1"}]}]}


def test_named_devices_are_no_finding() -> None:
    assert messages(RULE, rook("CephCluster", {"storage": STORAGE})) == []
    assert messages(RULE, chart({"cephClusterSpec": {"storage": STORAGE}})) == []


@pytest.mark.parametrize("key", ["useAllDevices", "useAllNodes"])
def test_all_of_them_are_found(key: str) -> None:
    (message,) = messages(RULE, rook("CephCluster", {"storage": {**STORAGE, key: True}}))
    assert f"CephCluster main: spec.storage.{key} is true" in message


def test_all_devices_of_one_node_are_found() -> None:
    nodes = [{"name": "a", "useAllDevices": True}, {"name": "b", "useAllDevices": False}]
    (message,) = messages(RULE, rook("CephCluster", {"storage": {**STORAGE, "nodes": nodes}}))
    assert "a has useAllDevices" in message


def test_the_operator_takes_nothing_unasked_and_the_chart_everything() -> None:
    assert messages(RULE, rook("CephCluster", {"storage": {}})) == []
    assert messages(RULE, rook("CephCluster", {})) == []
    silent: list[dict[str, Any]] = [{}, {"cephClusterSpec": {}}, {"cephClusterSpec": {"storage": {}}}]
    for values in silent:
        found = messages(RULE, chart(values))
        assert [message.split(" ")[0].rsplit(".", 1)[-1] for message in found] == ["useAllDevices", "useAllNodes"]


@pytest.mark.parametrize("spec", [UNKNOWN, {"storage": UNKNOWN}, {"storage": {**STORAGE, "useAllDevices": UNKNOWN}}])
def test_what_a_preview_does_not_know_is_no_finding(spec: Any) -> None:
    assert messages(RULE, rook("CephCluster", spec)) == []
    assert messages(RULE, chart({"cephClusterSpec": spec})) == []
