from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardway.boot_console import Boot
from hardway.cli.cluster import Cluster, Node
from hardway.cli.commands.replace import Volume, _refuse_if_unwell, _refuse_to_empty, _urn, _volume
from hardway.cli.failure import Failure, Refused
from hardway.cli.machines import Machine


class FakeCluster(Cluster):
    """A cluster whose nodes and readiness are given."""

    def __init__(self, nodes: list[Node], reason: str | None = None) -> None:
        super().__init__(Path("kubectl"), Path("kubeconfig"), "https://api.test:6443", "")
        object.__setattr__(self, "_nodes", nodes)
        object.__setattr__(self, "_reason", reason)

    def nodes(self) -> list[Node]:
        return list(self._nodes)  # type: ignore[attr-defined]

    def api_reason(self, timeout_seconds: float = 3.0) -> str | None:
        reason: str | None = self._reason  # type: ignore[attr-defined]
        return reason


def node(name: str, address: str, role: str = "control-plane", *, ready: bool = True) -> Node:
    return Node(name, ready, "v1.36.3", role, address, "kubelet stopped")


MEMBER = Machine("i-1", "control-plane-1", "control-plane-1", "control-plane", "", "10.0.0.1", "running", Boot())
WORKER = Machine("i-9", "general", "ip-10-0-0-9", "worker", "general", "10.0.0.9", "running", Boot())


def test_a_member_is_replaced_while_the_others_are_well_even_if_it_is_not() -> None:
    nodes = [node("control-plane-1", "10.0.0.1", ready=False), node("control-plane-2", "10.0.0.2")]
    _refuse_if_unwell(FakeCluster(nodes), MEMBER)


def test_a_member_is_not_replaced_while_another_is_away() -> None:
    nodes = [node("control-plane-1", "10.0.0.1"), node("control-plane-2", "10.0.0.2", ready=False)]
    with pytest.raises(Refused, match=r"control-plane-2 \(kubelet stopped\)"):
        _refuse_if_unwell(FakeCluster(nodes), MEMBER)


def test_a_worker_away_does_not_stop_a_members_replacement_but_a_workers() -> None:
    nodes = [node("control-plane-1", "10.0.0.1"), node("ip-10-0-0-8", "10.0.0.8", "worker", ready=False)]
    _refuse_if_unwell(FakeCluster(nodes), MEMBER)
    with pytest.raises(Refused, match="ip-10-0-0-8"):
        _refuse_if_unwell(FakeCluster(nodes), WORKER)


def test_nothing_is_replaced_while_the_api_is_away() -> None:
    with pytest.raises(Refused, match="API is not ready: no answer"):
        _refuse_if_unwell(FakeCluster([], "no answer"), MEMBER)


def test_the_urn_is_that_of_the_machines_instance() -> None:
    resources = [
        {"type": "aws:ec2/instance:Instance", "id": "i-2", "urn": "other"},
        {"type": "aws:ec2/instance:Instance", "id": "i-1", "urn": "wanted"},
    ]
    assert _urn(resources, MEMBER) == "wanted"
    with pytest.raises(Failure, match="pulumi refresh"):
        _urn([], MEMBER)


def test_the_volume_is_that_of_the_same_machine() -> None:
    resources: list[dict[str, Any]] = [
        {"type": "aws:ec2/instance:Instance", "id": "i-1", "urn": "instance", "parent": "machine-1"},
        {"type": "aws:ebs/volume:Volume", "id": "vol-2", "urn": "other", "parent": "machine-2"},
        {
            "type": "aws:ebs/volume:Volume",
            "id": "vol-1",
            "urn": "wanted",
            "parent": "machine-1",
            "protect": True,
            "retainOnDelete": True,
        },
    ]
    assert _volume(resources, "instance") == Volume(urn="wanted", id="vol-1", protected=True, kept=True)
    with pytest.raises(Failure, match=r"no stack.s state has an etcd volume of machine-1"):
        _volume(resources[:2], "instance")


def test_only_a_member_of_three_gets_an_empty_volume() -> None:
    members = [node(f"control-plane-{number}", f"10.0.0.{number}") for number in (1, 2, 3)]
    workers = [node("ip-10-0-0-9", "10.0.0.9", "worker")]
    _refuse_to_empty(FakeCluster([*members, *workers]), MEMBER)
    with pytest.raises(Refused, match=r"with 1 control plane\(s\) no majority"):
        _refuse_to_empty(FakeCluster([members[0], *workers]), MEMBER)
    with pytest.raises(Refused, match="is a worker"):
        _refuse_to_empty(FakeCluster([*members, *workers]), WORKER)
