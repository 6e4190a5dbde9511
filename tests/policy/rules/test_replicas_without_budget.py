"""Replicas that a drain may end all at once."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.replicas_without_budget import RULE
from tests.policy.resources import findings
from tests.policy.workloads import LABELS, POD, deployment, object_of, patch, workload

SELECTOR = {"matchLabels": LABELS}


def budget(selector: Any = SELECTOR, **more: Any) -> Resource:
    spec = {"maxUnavailable": 1, **({} if selector is None else {"selector": selector})}
    return object_of("policy/v1", "PodDisruptionBudget", {"spec": spec}, **more)


def autoscaler(most: Any, *, target_name: Any = "demo", **more: Any) -> Resource:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target_name}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": most}
    return object_of("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": spec}, **more)


@pytest.mark.parametrize(
    "selector",
    [
        SELECTOR,
        {},
        {"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": ["demo"]}]},
        UNKNOWN,
    ],
)
def test_a_budget_that_selects_the_pods_is_enough(selector: Any) -> None:
    assert findings(RULE, deployment(), budget(selector)) == []


@pytest.mark.parametrize("replicas", [0, 1, None, UNKNOWN])
def test_a_single_replica_needs_none(replicas: Any) -> None:
    assert findings(RULE, deployment(replicas=replicas)) == []


@pytest.mark.parametrize(
    "budgets",
    [
        [],
        [budget(namespace="other")],
        [budget({"matchLabels": {"app.kubernetes.io/name": "other"}})],
        [budget({"matchLabels": {**LABELS, "tier": UNKNOWN}})],
        [budget(None)],
    ],
)
def test_replicas_without_one_are_found(budgets: list[Resource]) -> None:
    (found,) = findings(RULE, deployment(), *budgets)
    assert found.message.startswith("Deployment demo has 2 replicas")
    assert found.urn == deployment().urn


def test_what_is_not_known_yet_may_be_enough() -> None:
    assert findings(RULE, deployment(namespace=UNKNOWN), budget()) == []
    assert findings(RULE, deployment(), budget(namespace=UNKNOWN)) == []
    assert findings(RULE, deployment(labels=UNKNOWN), budget()) == []
    assert len(findings(RULE, deployment(labels=None), budget())) == 1


@pytest.mark.parametrize("kind", ["StatefulSet", "ReplicaSet", "ReplicationController"])
def test_other_kinds_with_replicas_count(kind: str) -> None:
    judged = workload(kind, POD)
    judged.properties["spec"]["replicas"] = 3
    assert len(findings(RULE, judged)) == 1
    assert findings(RULE, judged, budget()) == []


def test_a_daemon_set_has_no_replicas() -> None:
    assert findings(RULE, workload("DaemonSet", POD), patch(POD)) == []


def test_an_autoscaler_may_add_replicas() -> None:
    assert findings(RULE, deployment(replicas=None), autoscaler(1)) == []
    assert findings(RULE, deployment(replicas=None), autoscaler(UNKNOWN)) == []
    assert findings(RULE, deployment(replicas=None), autoscaler(9, namespace="other")) == []
    assert findings(RULE, deployment(replicas=None), autoscaler(9, target_name="other")) == []
    assert findings(RULE, deployment(replicas=None, name=UNKNOWN), autoscaler(9, target_name=UNKNOWN)) == []
    assert findings(RULE, deployment(replicas=None), autoscaler(9), budget()) == []
    (found,) = findings(RULE, deployment(replicas=None), autoscaler(9))
    assert "9 replicas" in found.message
