"""Objects of a cluster that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugins.kubernetes.provider import Kubernetes, KubernetesServicer
from sandbox.plugins.protocol import provider_pb2
from sandbox.plugins.rehearsal import VARIABLE
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import pack, unpack

URN = "urn:pulumi:s::hardway::kubernetes:apps/v1:Deployment::web"
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "demo"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}},
}


def created() -> tuple[str, dict[str, Any]]:
    kind = Kubernetes().resources.get("kubernetes:apps/v1:Deployment")
    assert kind is not None
    return kind.create(DEPLOYMENT)


def test_in_a_rehearsal_an_object_is_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "true")
    assert created() == ("demo/web", DEPLOYMENT)


def test_otherwise_there_must_be_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ProviderError, match="no kubeconfig"):
        created()


def test_differences_are_those_of_a_real_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "true")
    new = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "selector": {"matchLabels": {"app": "other"}}}}
    request = provider_pb2.DiffRequest(
        urn=URN, olds=pack(DEPLOYMENT), old_inputs=pack(DEPLOYMENT), news=pack(new), id="demo/web"
    )
    said = KubernetesServicer(Kubernetes()).Diff(request, None)
    assert list(said.replaces) == ["spec.selector"]
    assert unpack(request.news) == new
