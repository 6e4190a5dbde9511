"""A node is emptied through evictions: budgets hold, and what belongs to the node stays."""

from __future__ import annotations

from typing import Any

import pytest

from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.drain import drain


def pod(name: str, owner: str = "ReplicaSet", **more: Any) -> Json:
    metadata = {
        "name": name,
        "namespace": "demo",
        "uid": f"uid-{name}",
        "ownerReferences": [{"kind": owner, "controller": True}],
        **more.pop("metadata", {}),
    }
    return {"metadata": metadata, "status": {"phase": "Running", **more}}


class FakeApi:
    """One node with pods; `budget` answers 429 to evictions."""

    def __init__(self, *pods: Json, ready: str = "True", cordoned: bool = False, budget: bool = False) -> None:
        self.node: Json | None = {
            "spec": {"unschedulable": True} if cordoned else {},
            "status": {"conditions": [{"type": "Ready", "status": ready}]},
        }
        self.pods, self.budget = list(pods), budget
        self.calls: list[str] = []

    def get(self, path: str) -> Json:
        if path.startswith("/api/v1/pods"):
            assert path == "/api/v1/pods?fieldSelector=spec.nodeName%3Dworker"
            return {"items": self.pods}
        if self.node is None:
            raise Refused(404, "not found")
        return self.node

    def call(self, method: str, path: str, body: Json, kind: str = "application/json") -> Json:
        self.calls.append(f"{method} {path}")
        if path.endswith("/eviction") and self.budget:
            raise Refused(429, "Cannot evict pod as it would violate the pod's disruption budget.")
        if path.endswith("/eviction"):
            assert body["deleteOptions"]["preconditions"]["uid"] == f"uid-{body['metadata']['name']}"
        return {}


def left(api: FakeApi) -> list[str]:
    return drain(api, "worker")  # type: ignore[arg-type]


EVICTION = "POST /api/v1/namespaces/demo/pods/a/eviction"
CORDON = "PATCH /api/v1/nodes/worker"


def test_a_node_is_cordoned_before_its_pods_are_asked_to_go() -> None:
    api = FakeApi(pod("a"))
    assert left(api) == ["demo/a is ending"]
    assert api.calls == [CORDON, EVICTION]


def test_an_empty_node_has_nobody_to_wait_for() -> None:
    assert left(FakeApi(cordoned=True)) == []


def test_a_budget_keeps_a_pod_until_it_lets_go() -> None:
    api = FakeApi(pod("a"), cordoned=True, budget=True)
    assert left(api) == ["demo/a: Cannot evict pod as it would violate the pod's disruption budget."]
    api.budget = False
    assert left(api) == ["demo/a is ending"]


def test_a_pod_that_is_ending_is_waited_for_and_not_asked_again() -> None:
    api = FakeApi(pod("a", metadata={"deletionTimestamp": "now"}), cordoned=True)
    assert left(api) == ["demo/a is ending"]
    assert api.calls == []


@pytest.mark.parametrize(
    "kept",
    [
        pod("a", owner="DaemonSet"),
        pod("a", metadata={"annotations": {"kubernetes.io/config.mirror": "x"}}),
        pod("a", phase="Succeeded"),
        pod("a", phase="Failed"),
    ],
    ids=["DaemonSet", "static", "succeeded", "failed"],
)
def test_what_belongs_to_the_node_or_has_ended_stays(kept: Json) -> None:
    assert left(FakeApi(kept, cordoned=True)) == []


def test_a_pod_without_an_owner_goes_too() -> None:
    assert left(FakeApi(pod("a", metadata={"ownerReferences": []}), cordoned=True)) == ["demo/a is ending"]


def test_a_node_that_does_not_answer_is_left_alone() -> None:
    api = FakeApi(pod("a"), ready="Unknown")
    assert left(api) == []
    assert api.calls == []


def test_a_node_that_is_not_ready_but_answers_is_drained() -> None:
    assert left(FakeApi(pod("a"), ready="False")) == ["demo/a is ending"]


def test_a_machine_that_never_joined_has_no_pods() -> None:
    api = FakeApi()
    api.node = None
    assert left(api) == []
