"""Names, drift and replacement of Kubernetes objects."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugins.kubernetes.provider import Kubernetes, KubernetesObject, KubernetesServicer
from sandbox.plugins.protocol import provider_pb2
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import UNKNOWN, pack, secret

URN = "urn:pulumi:s::hardway::kubernetes:apps/v1:Deployment::web"
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "demo"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}},
}


def diff(old: dict[str, Any], new: dict[str, Any]) -> Any:
    request = provider_pb2.DiffRequest(urn=URN, olds=pack(old), old_inputs=pack(old), news=pack(new))
    return KubernetesServicer(Kubernetes()).Diff(request, None)


def test_an_object_without_a_name_gets_one_and_keeps_it() -> None:
    kind = KubernetesObject(Kubernetes())
    first = kind.check("web", {}, {"kind": "Deployment", "metadata": {}}, b"\x01\x02\x03\x04\x05")
    assert first["metadata"]["name"] == "web-0102030405"[:12]
    again = kind.check("web", first, {"kind": "Deployment"}, b"\x09\x09\x09\x09")
    assert again["metadata"]["name"] == first["metadata"]["name"]


def test_a_new_replica_count_updates_in_place() -> None:
    said = diff(DEPLOYMENT, {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "replicas": 3}})
    assert said.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(said.replaces) == []
    assert list(said.detailedDiff) == ["spec.replicas"]


def test_a_new_selector_or_namespace_replaces() -> None:
    selector = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "selector": {"matchLabels": {"app": "other"}}}}
    said = diff(DEPLOYMENT, selector)
    assert list(said.replaces) == ["spec.selector"]
    assert said.deleteBeforeReplace
    assert said.detailedDiff["spec.selector.matchLabels.app"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    moved = diff(DEPLOYMENT, {**DEPLOYMENT, "metadata": {"name": "web", "namespace": "other"}})
    assert list(moved.replaces) == ["metadata.namespace"]


def test_no_change_is_no_change() -> None:
    assert diff(DEPLOYMENT, dict(DEPLOYMENT)).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_only_fields_that_were_asked_for_count_as_drift() -> None:
    live = {
        **DEPLOYMENT,
        "metadata": {**DEPLOYMENT["metadata"], "uid": "x", "labels": {"added": "by-another"}},
        "spec": {**DEPLOYMENT["spec"], "replicas": 5, "progressDeadlineSeconds": 600},
        "status": {"replicas": 5},
    }
    seen = KubernetesObject(Kubernetes()).inputs_from(live, DEPLOYMENT)
    assert seen == {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "replicas": 5}}


def test_another_kubeconfig_for_the_same_cluster_replaces_nothing() -> None:
    old = pack({"kubeconfig": "a", "clusterIdentifier": "sandbox"})
    servicer = KubernetesServicer(Kubernetes())
    renewed = provider_pb2.DiffRequest(old_inputs=old, news=pack({"kubeconfig": "b", "clusterIdentifier": "sandbox"}))
    assert list(servicer.DiffConfig(renewed, None).replaces) == []
    other = provider_pb2.DiffRequest(old_inputs=old, news=pack({"kubeconfig": "a", "clusterIdentifier": "prod"}))
    assert list(servicer.DiffConfig(other, None).replaces) == ["clusterIdentifier"]


def test_a_kubeconfig_arrives_as_a_secret_and_at_preview_may_be_unknown() -> None:
    provider = Kubernetes()
    provider.configure({"kubeconfig": secret(UNKNOWN)})
    with pytest.raises(ProviderError, match="has no kubeconfig"):
        provider.api()
    provider.configure({"kubeconfig": secret("{contexts: []}")})
    with pytest.raises(KeyError, match="current-context"):
        provider.api()
