"""Policies that undo the denial of all traffic."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.network_policy_allows_everything import RULE
from tests.policy.resources import messages
from tests.policy.workloads import LABELS, object_of


def judged(**spec: Any) -> list[str]:
    return messages(RULE, object_of("networking.k8s.io/v1", "NetworkPolicy", {"spec": {"podSelector": {}, **spec}}))


@pytest.mark.parametrize(
    "spec",
    [
        {"policyTypes": ["Ingress", "Egress"]},
        {"ingress": []},
        {"ingress": [{"from": [{"podSelector": {}}]}]},
        {"egress": [{"to": [{"podSelector": {}}]}]},
        {"egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}]},
        {"ingress": [{}], "podSelector": {"matchLabels": LABELS}},
        {"ingress": [{}], "podSelector": UNKNOWN},
        {"ingress": [{"from": UNKNOWN}]},
        {"ingress": [UNKNOWN], "egress": UNKNOWN},
    ],
)
def test_rules_with_peers_or_ports_are_no_finding(spec: dict[str, Any]) -> None:
    assert judged(**spec) == []


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize("rule", [{}, {"from": [], "to": [], "ports": []}])
def test_a_rule_without_either_is_found(direction: str, rule: dict[str, Any]) -> None:
    (message,) = judged(**{direction: [{"ports": [{"port": 80}]}, rule]})
    assert f"spec.{direction} allows everything" in message


def test_a_policy_without_a_selector_is_for_all_pods() -> None:
    assert len(judged(podSelector=None, ingress=[{}], egress=[{}])) == 2
