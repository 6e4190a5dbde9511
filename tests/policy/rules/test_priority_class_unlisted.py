"""Priorities that nobody agreed upon."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.priority_class_unlisted import RULE
from tests.policy.resources import messages
from tests.policy.workloads import deployment, object_of, pod

LISTED = Settings.model_validate({"priority_classes": {"batch": ["jobs", "reports"]}})


def use(name: Any, namespace: Any = "kube-system", settings: Settings | None = None) -> list[str]:
    return messages(RULE, deployment(pod(priorityClassName=name), namespace=namespace), settings)


def made(settings: Settings | None = None, name: Any = "batch", **properties: Any) -> list[str]:
    judged = object_of("scheduling.k8s.io/v1", "PriorityClass", {"value": 10, **properties}, name=name)
    return messages(RULE, judged, settings)


@pytest.mark.parametrize("name", ["system-cluster-critical", "system-node-critical", None, "", UNKNOWN])
def test_the_clusters_own_pods_may_be_critical(name: Any) -> None:
    assert use(name) == []


def test_nobody_elses_may() -> None:
    (message,) = use("system-cluster-critical", "demo")
    assert "only pods in kube-system may have" in message
    assert use("system-cluster-critical", UNKNOWN) == []
    assert len(use("system-cluster-critical", None)) == 1


def test_a_class_that_is_not_listed_is_found_wherever_it_is_used() -> None:
    assert len(use("urgent", UNKNOWN)) == 1
    (message,) = use("urgent")
    assert "no pod may have" in message


def test_namespaces_are_listed_by_class() -> None:
    assert use("batch", "reports", LISTED) == []
    (message,) = use("batch", "demo", LISTED)
    assert "jobs and reports" in message


def test_a_new_class_must_be_listed() -> None:
    assert made(LISTED) == made(name=UNKNOWN) == []
    (message,) = made()
    assert "batch is no listed class" in message


def test_no_class_is_the_default_of_all_pods() -> None:
    (message,) = made(LISTED, globalDefault=True)
    assert "globalDefault" in message
    assert made(LISTED, globalDefault=False) == made(LISTED, globalDefault=UNKNOWN) == []
