"""The first rights are applied as soon as the API takes them."""

from __future__ import annotations

from typing import Any

import pytest

from hardway.machine.agent.api import Json, Refused, Unreachable
from hardway.machine.agent.bootstrap import apply_all, object_path


@pytest.mark.parametrize(
    ("version", "kind", "namespace", "path"),
    [
        ("v1", "Namespace", None, "/api/v1/namespaces/a"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", None, "/apis/rbac.authorization.k8s.io/v1/clusterroles/a"),
        (
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "kube-system",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/a",
        ),
        (
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "demo",
            "/apis/networking.k8s.io/v1/namespaces/demo/networkpolicies/a",
        ),
        ("scheduling.k8s.io/v1", "PriorityClass", None, "/apis/scheduling.k8s.io/v1/priorityclasses/a"),
    ],
)
def test_where_an_object_is(version: str, kind: str, namespace: str | None, path: str) -> None:
    metadata = {"name": "a", **({"namespace": namespace} if namespace else {})}
    assert object_path({"apiVersion": version, "kind": kind, "metadata": metadata}) == path


class Faulty:
    """An API that takes every object but one."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        self.taken: list[str] = []

    def call(self, method: str, path: str, body: Json, kind: str) -> Json:
        assert (method, kind) == ("PATCH", "application/apply-patch+yaml")
        if body["metadata"]["name"] == "bad":
            raise self.fault
        self.taken.append(path)
        return body


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Refused(404, 'namespaces "kube-system" not found'), 'Role bad: namespaces "kube-system" not found'),
        (Unreachable("refused"), "the API does not answer: refused"),
    ],
)
def test_one_object_that_has_to_wait_stops_no_other(fault: Exception, reason: str) -> None:
    api: Any = Faulty(fault)
    items = [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": n}} for n in ("bad", "good")
    ]
    left, why = apply_all(api, items)
    assert [item["metadata"]["name"] for item in left] == ["bad"]
    assert why == reason
    assert len(api.taken) == 1
