"""Namespaces whose pods reach everything."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.namespace_without_default_deny import RULE
from tests.policy.resources import findings
from tests.policy.workloads import LABELS, object_of

BOTH = ["Ingress", "Egress"]


def namespace(name: Any = "demo") -> Resource:
    return object_of("v1", "Namespace", {}, name=name)


def policy(spec: Any, **more: Any) -> Resource:
    return object_of("networking.k8s.io/v1", "NetworkPolicy", {"spec": spec}, **more)


DENY = policy({"podSelector": {}, "policyTypes": BOTH})


@pytest.mark.parametrize(
    "policies",
    [
        [DENY],
        [policy({"podSelector": {"matchLabels": {}}, "policyTypes": BOTH, "ingress": [], "egress": []})],
        [policy({"policyTypes": BOTH})],
        [policy({"podSelector": {}}), policy({"podSelector": {}, "policyTypes": ["Egress"]})],
        [DENY, policy({"podSelector": {"matchLabels": LABELS}, "ingress": [{"ports": [{"port": 80}]}]})],
        [policy(UNKNOWN)],
        [policy({"podSelector": UNKNOWN, "policyTypes": BOTH})],
        [policy({"podSelector": {}, "policyTypes": UNKNOWN})],
        [policy({"podSelector": {}, "policyTypes": BOTH}, namespace=UNKNOWN)],
    ],
)
def test_denial_in_both_directions_is_enough(policies: list[Resource]) -> None:
    assert findings(RULE, namespace(), *policies) == []


@pytest.mark.parametrize(
    ("policies", "missing"),
    [
        ([], "Ingress and Egress"),
        ([policy({"podSelector": {}})], "Egress"),
        ([policy({"podSelector": {}, "policyTypes": ["Ingress"]})], "Egress"),
        ([policy({"podSelector": {}, "policyTypes": ["Egress"]})], "Ingress"),
        ([policy({"podSelector": {}, "policyTypes": BOTH, "ingress": [{}]})], "Ingress"),
        ([policy({"podSelector": {}, "policyTypes": BOTH, "egress": [{"ports": [{"port": 53}]}]})], "Egress"),
        ([policy({"podSelector": {"matchLabels": LABELS}, "policyTypes": BOTH})], "Ingress and Egress"),
        ([policy({"podSelector": {}, "policyTypes": BOTH}, namespace="other")], "Ingress and Egress"),
    ],
)
def test_a_direction_that_is_not_denied_is_named(policies: list[Resource], missing: str) -> None:
    (found,) = findings(RULE, namespace(), *policies)
    assert found.message.startswith(f"Namespace demo has no NetworkPolicy that denies all {missing}.")
    assert found.urn == namespace().urn


def test_the_platforms_own_need_none() -> None:
    assert findings(RULE, namespace("kube-system"), namespace(UNKNOWN)) == []


def test_it_says_what_the_overlay_does_with_it() -> None:
    assert "Flannel enforces no NetworkPolicy" in RULE.why
