"""Objects count as ready when the official provider would say so, and not before."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugins.kubernetes.readiness import JUDGES, Failed, deployment, endpoints


def a_deployment(**status: Any) -> dict[str, Any]:
    return {
        "metadata": {"generation": 2},
        "spec": {"replicas": 2},
        "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, **status},
    }


def test_a_deployment_is_ready_when_all_replicas_are_new_and_available() -> None:
    assert deployment(a_deployment()) is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"observedGeneration": 1}, "the controller has not seen it yet"),
        ({"availableReplicas": 1}, "1 of 2 replicas are available, 2 are of the newest revision"),
        ({"updatedReplicas": 1}, "2 of 2 replicas are available, 1 are of the newest revision"),
        ({"replicas": 3}, "2 of 2 replicas are available, 2 are of the newest revision"),
    ],
)
def test_a_deployment_is_not_ready(status: dict[str, int], reason: str) -> None:
    assert deployment(a_deployment(**status)) == reason


def test_a_deployment_past_its_deadline_has_failed() -> None:
    condition = {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "has timed out"}
    with pytest.raises(Failed, match="has timed out"):
        deployment(a_deployment(conditions=[condition]))


def test_a_pod_is_judged_by_its_condition_and_a_namespace_by_its_phase() -> None:
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    assert JUDGES["Pod"](ready) is None
    assert JUDGES["Pod"]({"status": {}}) == "condition Ready is not true"
    assert JUDGES["Namespace"]({"status": {"phase": "Active"}}) is None
    assert JUDGES["Namespace"]({"status": {"phase": "Terminating"}}) == "its phase is Terminating, not Active"


def test_a_quota_is_ready_when_it_is_counted_by() -> None:
    judge = JUDGES["ResourceQuota"]
    assert judge({"spec": {"hard": {"pods": "4"}}, "status": {"hard": {"pods": "4"}}}) is None
    for status in ({}, {"hard": {"pods": "2"}}):
        assert judge({"spec": {"hard": {"pods": "4"}}, "status": status}) == "the controller does not count by it yet"


def test_a_service_needs_one_ready_endpoint() -> None:
    assert endpoints([]) == "the Service has no ready endpoint"
    assert endpoints([{"endpoints": [{"conditions": {"ready": False}}]}]) == "the Service has no ready endpoint"
    assert endpoints([{"endpoints": None}, {"endpoints": [{"conditions": {"ready": True}}]}]) is None
