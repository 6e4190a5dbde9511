"""Services that open ports of nodes."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.service_opens_nodes import RULE
from tests.policy.resources import messages
from tests.policy.workloads import LABELS, object_of


def service(settings: Settings | None = None, *, spec: Any = None, **more: Any) -> list[str]:
    given = {"selector": LABELS, "ports": [{"port": 80}], **(spec or {})}
    return messages(RULE, object_of("v1", "Service", {"spec": given}, **more), settings)


@pytest.mark.parametrize("kind", ["ClusterIP", "ExternalName", None, UNKNOWN])
def test_a_service_inside_the_cluster_is_no_finding(kind: Any) -> None:
    assert service() == service(spec={"type": kind}) == []
    assert messages(RULE, object_of("v1", "Service", {"spec": UNKNOWN})) == []


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort"])
def test_one_that_opens_nodes_is_found(kind: str) -> None:
    (message,) = service(spec={"type": kind})
    assert f"type {kind}" in message


def test_listed_services_may() -> None:
    settings = Settings.model_validate({"exposed_services": ["gateway/edge"]})
    spec = {"type": "NodePort"}
    assert service(settings, spec=spec, namespace="gateway", name="edge") == []
    assert service(settings, spec=spec, namespace=UNKNOWN, name="edge") == []
    assert service(settings, spec=spec, namespace="gateway", name=UNKNOWN) == []
    assert len(service(settings, spec=spec, namespace="gateway", name="other")) == 1
    assert len(service(settings, spec=spec, namespace="demo", name="edge")) == 1
    assert len(service(spec=spec, namespace=UNKNOWN, name=UNKNOWN)) == 1


def test_what_others_call_a_service_is_none() -> None:
    judged = object_of("serving.knative.dev/v1", "Service", {"spec": {"type": "NodePort"}})
    assert messages(RULE, judged) == []
