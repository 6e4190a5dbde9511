"""Nodes of machines that are gone are removed, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.inventory import Unknown
from hardway.machine.agent.sweeper import gone, sweep

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def node(name: str, ready: str = "Unknown", role: str = "worker", age: timedelta = timedelta(hours=1)) -> Json:
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": "7",
            "creationTimestamp": (NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "labels": {"hardway.dev/role": role},
        },
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def names(*nodes: Json, machines: frozenset[str] = frozenset({"there"})) -> list[str]:
    return [item["metadata"]["name"] for item in gone(list(nodes), machines, NOW)]


@pytest.mark.parametrize("ready", ["False", "Unknown"])
def test_a_worker_whose_machine_is_gone_is_removed(ready: str) -> None:
    assert names(node("gone", ready)) == ["gone"]


def test_a_worker_that_never_told_its_state_is_removed() -> None:
    assert names({**node("gone"), "status": {}}) == ["gone"]


@pytest.mark.parametrize(
    "kept",
    [
        node("there"),
        node("gone", ready="True"),
        node("gone", role="control-plane"),
        node("gone", age=timedelta(seconds=59)),
        {**node("gone"), "metadata": {**node("gone")["metadata"], "labels": {}}},
    ],
    ids=["machine is there", "Ready", "control plane", "has just joined", "no role"],
)
def test_any_other_node_is_kept(kept: Json) -> None:
    assert names(kept) == []


class FakeApi:
    """Lists nodes and keeps what is deleted."""

    def __init__(self, *nodes: Json) -> None:
        self.nodes = nodes
        self.deleted: list[tuple[str, Json]] = []
        self.refuse: Refused | None = None

    def get(self, path: str) -> Json:
        assert path == "/api/v1/nodes?labelSelector=hardway.dev/role%3Dworker"
        return {"items": list(self.nodes)}

    def call(self, method: str, path: str, body: Json) -> Json:
        assert method == "DELETE"
        if self.refuse:
            raise self.refuse
        self.deleted.append((path, body["preconditions"]))
        return {}


class FakeInventory:
    """Counts how often EC2 is asked; without machines, it gives no answer."""

    def __init__(self, machines: set[str] | None) -> None:
        self.known = machines
        self.asked = 0

    def names(self) -> set[str]:
        self.asked += 1
        if self.known is None:
            raise Unknown("HTTP 503")
        return self.known


def round_of(api: FakeApi, inventory: FakeInventory) -> None:
    fake: Any = api
    machines: Any = inventory
    sweep(fake, machines, NOW)


def test_exactly_the_object_that_was_seen_is_removed(capsys: pytest.CaptureFixture[str]) -> None:
    api = FakeApi(node("gone"), node("there"))
    round_of(api, FakeInventory({"there"}))
    assert api.deleted == [("/api/v1/nodes/gone", {"uid": "uid-gone", "resourceVersion": "7"})]
    said = capsys.readouterr().err.splitlines()
    assert said == ["removed node gone: it is not Ready, and no pending or running instance is called gone"]


def test_ec2_is_not_asked_while_all_workers_are_ready() -> None:
    inventory = FakeInventory({"there"})
    round_of(FakeApi(node("there", ready="True"), node("new", age=timedelta(seconds=5))), inventory)
    assert inventory.asked == 0


def test_nothing_is_removed_while_ec2_cannot_be_asked() -> None:
    api = FakeApi(node("gone"))
    with pytest.raises(Unknown):
        round_of(api, FakeInventory(None))
    assert api.deleted == []


@pytest.mark.parametrize("status", [404, 409])
def test_another_control_plane_may_have_been_first(status: int, capsys: pytest.CaptureFixture[str]) -> None:
    api = FakeApi(node("gone"))
    api.refuse = Refused(status, "conflict")
    round_of(api, FakeInventory({"there"}))
    assert capsys.readouterr().err == ""


def test_any_other_refusal_is_told() -> None:
    api = FakeApi(node("gone"))
    api.refuse = Refused(403, "forbidden")
    with pytest.raises(Refused):
        round_of(api, FakeInventory({"there"}))
