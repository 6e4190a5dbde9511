"""Namespaces that may take the whole cluster."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource, Settings
from policy.rules.namespace_without_quota import RULE
from tests.policy.resources import findings, resource
from tests.policy.workloads import object_of

HARD = {"pods": "10", "requests.cpu": "1", "requests.memory": "1Gi", "limits.memory": "2Gi"}


def namespace(name: Any = "demo") -> Resource:
    return object_of("v1", "Namespace", {}, name=name)


def quota(hard: Any = HARD, *, namespace: Any = "demo", **spec: Any) -> Resource:
    return object_of("v1", "ResourceQuota", {"spec": {"hard": hard, **spec}}, namespace=namespace)


@pytest.mark.parametrize(
    "quotas",
    [
        [quota()],
        [quota({**HARD, "services": "5"})],
        [quota({"pods": "10", "cpu": "1", "memory": "1Gi", "limits.memory": "2Gi"})],
        [quota({"count/pods": "10", "requests.cpu": "1"}), quota({"requests.memory": "1", "limits.memory": "1"})],
        [quota(UNKNOWN)],
        [quota({**HARD, "pods": UNKNOWN})],
        [quota(namespace=UNKNOWN)],
    ],
)
def test_a_quota_that_bounds_everything_is_enough(quotas: list[Resource]) -> None:
    assert findings(RULE, namespace(), *quotas) == []


@pytest.mark.parametrize(
    ("quotas", "missing"),
    [
        ([], "pods, requests.cpu, requests.memory, limits.memory"),
        ([quota(None)], "pods, requests.cpu, requests.memory, limits.memory"),
        ([quota(namespace="other")], "pods, requests.cpu, requests.memory, limits.memory"),
        ([quota(scopes=["BestEffort"])], "pods, requests.cpu, requests.memory, limits.memory"),
        ([quota(scopeSelector={"matchExpressions": []})], "pods, requests.cpu, requests.memory, limits.memory"),
        ([quota({"pods": "10", "cpu": "1", "memory": "1Gi"})], "limits.memory"),
    ],
)
def test_what_is_not_bounded_is_named(quotas: list[Resource], missing: str) -> None:
    (found,) = findings(RULE, namespace(), *quotas)
    assert found.message.startswith(f"Namespace demo has no ResourceQuota that bounds {missing}.")
    assert found.urn == namespace().urn


def test_each_namespace_needs_its_own() -> None:
    (found,) = findings(RULE, namespace(), namespace("shop"), quota())
    assert "Namespace shop" in found.message


def test_the_platforms_own_and_those_of_others_need_none() -> None:
    patched = resource("kubernetes:core/v1:NamespacePatch", namespace("team").properties)
    assert findings(RULE, namespace("kube-system"), namespace(UNKNOWN), patched) == []


def test_what_is_required_is_a_setting() -> None:
    settings = Settings.model_validate({"required_quota": ["persistentvolumeclaims"]})
    assert len(findings(RULE, namespace(), quota(), settings=settings)) == 1
