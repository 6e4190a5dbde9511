"""Workloads that forgot to name a namespace."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.workload_in_default_namespace import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import deployment, object_of


@pytest.mark.parametrize("namespace", ["demo", "kube-system", "defaults", UNKNOWN])
def test_a_namespace_with_an_owner_is_no_finding(namespace: Any) -> None:
    assert messages(RULE, deployment(namespace=namespace)) == []


@pytest.mark.parametrize("namespace", ["default", None, ""])
def test_the_default_one_is_found(namespace: Any) -> None:
    assert len(messages(RULE, deployment(namespace=namespace))) == 1


def test_metadata_that_nobody_knows_yet_is_no_finding() -> None:
    unknown = {**deployment().properties, "metadata": UNKNOWN}
    assert messages(RULE, resource("kubernetes:apps/v1:Deployment", unknown)) == []


def test_other_objects_may_lie_there() -> None:
    assert messages(RULE, object_of("v1", "ConfigMap", {}, namespace="default")) == []
