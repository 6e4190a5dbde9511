"""Webhooks that the cluster needs to repair itself."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.webhook_covers_system import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import object_of

API = "admissionregistration.k8s.io/v1"
KIND = "ValidatingWebhookConfiguration"
NAME = "kubernetes.io/metadata.name"
PODS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}


def expression(operator: str, *values: Any, key: str = NAME) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def webhook(selector: Any, *rules: Any) -> list[str]:
    given = {
        "name": "w",
        "rules": list(rules or [PODS]),
        **({} if selector is None else {"namespaceSelector": selector}),
    }
    return messages(RULE, object_of(API, KIND, {"webhooks": [given]}))


@pytest.mark.parametrize(
    "selector",
    [
        expression("NotIn", "kube-system"),
        expression("In", "demo", "shop"),
        expression("Exists", key="hardway/team"),
        {"matchLabels": {NAME: "demo"}},
        {"matchLabels": {"hardway/webhook": "on"}},
        {"matchExpressions": [{"key": NAME, "operator": "DoesNotExist"}]},
        UNKNOWN,
        expression("NotIn", UNKNOWN),
        {"matchExpressions": UNKNOWN},
    ],
)
def test_a_webhook_that_spares_kube_system_is_no_finding(selector: Any) -> None:
    assert webhook(selector) == []


@pytest.mark.parametrize(
    "selector",
    [
        None,
        {},
        expression("NotIn", "kube-public"),
        expression("NotIn", "true", key="hardway/ignore"),
        expression("In", "kube-system", "demo"),
        {"matchLabels": {NAME: "kube-system"}},
        {"matchExpressions": [{"key": "hardway/ignore", "operator": "DoesNotExist"}]},
    ],
)
def test_one_that_does_not_is_found(selector: Any) -> None:
    (message,) = webhook(selector)
    assert message.startswith("webhook w is asked about kube-system.")
    assert "operator: NotIn, values: [kube-system]" in message


@pytest.mark.parametrize(
    "rule",
    [
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"]},
        {"apiGroups": ["*"], "resources": ["*"]},
        {"apiGroups": ["", "coordination.k8s.io"], "resources": ["*/*"]},
    ],
)
def test_one_that_sees_leases_spares_those_of_nodes_too(rule: dict[str, Any]) -> None:
    assert webhook(expression("NotIn", "kube-system", "kube-node-lease"), PODS, rule) == []
    (message,) = webhook(expression("NotIn", "kube-system"), PODS, rule)
    assert message.startswith("webhook w is asked about kube-node-lease.")
    (message,) = webhook(None, rule)
    assert "kube-system and kube-node-lease" in message


@pytest.mark.parametrize(
    "rule",
    [
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leasecandidates"]},
        {"apiGroups": ["", "apps"], "resources": ["*"]},
        {"apiGroups": UNKNOWN, "resources": UNKNOWN},
    ],
)
def test_one_that_does_not_see_them_need_not(rule: dict[str, Any]) -> None:
    assert webhook(expression("NotIn", "kube-system"), rule) == []


def test_both_kinds_and_each_webhook_are_judged() -> None:
    given = [{"name": "good", "namespaceSelector": expression("NotIn", "kube-system")}, {"name": "bad"}]
    (message,) = messages(RULE, object_of(API, "MutatingWebhookConfiguration", {"webhooks": given}))
    assert "webhook bad" in message


def test_a_patch_is_judged_by_what_it_sets() -> None:
    def patched(**more: Any) -> list[str]:
        properties = {"apiVersion": API, "kind": KIND, "webhooks": [{"name": "w", **more}]}
        return messages(RULE, resource(f"kubernetes:{API}:{KIND}Patch", properties))

    assert patched() == []
    assert len(patched(namespaceSelector={})) == 1
