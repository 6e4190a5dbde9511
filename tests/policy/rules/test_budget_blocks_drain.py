"""Budgets that let nobody go."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.budget_blocks_drain import RULE
from tests.policy.resources import findings
from tests.policy.workloads import LABELS, POD, deployment, object_of, workload


def budget(**spec: Any) -> Resource:
    return object_of("policy/v1", "PodDisruptionBudget", {"spec": {"selector": {"matchLabels": LABELS}, **spec}})


@pytest.mark.parametrize(
    "spec",
    [
        {"maxUnavailable": 1},
        {"maxUnavailable": "50%"},
        {"minAvailable": 1},
        {"minAvailable": "50%"},
        {"minAvailable": UNKNOWN},
        {"maxUnavailable": UNKNOWN},
        {"minAvailable": 2, "selector": {"matchLabels": {"app": "other"}}},
        {"minAvailable": 2, "selector": UNKNOWN},
        {},
    ],
)
def test_a_budget_that_lets_one_go_is_no_finding(spec: dict[str, Any]) -> None:
    assert findings(RULE, deployment(), budget(**spec)) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"maxUnavailable": 0},
        {"maxUnavailable": "0"},
        {"maxUnavailable": "0%"},
        {"minAvailable": "100%"},
        {"minAvailable": 2},
    ],
)
def test_one_that_lets_nobody_go_is_found(spec: dict[str, Any]) -> None:
    (found,) = findings(RULE, deployment(), budget(**spec))
    ((key, value),) = spec.items()
    assert f"allows no eviction: {key} is {value}" in found.message
    assert found.urn == budget().urn


def test_pods_that_are_not_counted_in_replicas_are_no_finding() -> None:
    """Those of a DaemonSet: it has as many as there are nodes."""
    assert findings(RULE, workload("DaemonSet", POD), budget(minAvailable=1)) == []


def test_a_single_replica_is_not_to_be_kept() -> None:
    assert len(findings(RULE, deployment(replicas=None), budget(minAvailable=1))) == 1


@pytest.mark.parametrize("unknown", [{"replicas": UNKNOWN}, {"namespace": UNKNOWN}, {"namespace": "other"}])
def test_replicas_that_nobody_knows_yet_are_no_finding(unknown: dict[str, Any]) -> None:
    assert findings(RULE, deployment(**unknown), budget(minAvailable=2)) == []


def test_pods_that_may_prove_to_be_under_it_may_be_the_ones_that_go() -> None:
    elsewhere = deployment(name="canary", namespace=UNKNOWN)
    assert findings(RULE, deployment(), elsewhere, budget(minAvailable=2)) == []


def test_replicas_of_all_workloads_that_it_selects_add_up() -> None:
    both = [deployment(), deployment(name="canary", replicas=1)]
    assert findings(RULE, *both, budget(minAvailable=2)) == []
    assert len(findings(RULE, *both, budget(minAvailable=3))) == 1
