"""Roles that allow more than they say."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.rbac_wildcard import RULE
from tests.policy.resources import messages
from tests.policy.workloads import object_of

READ: dict[str, Any] = {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["list", "watch"]}


def role(*rules: Any, kind: str = "ClusterRole", **more: Any) -> list[str]:
    return messages(RULE, object_of("rbac.authorization.k8s.io/v1", kind, {"rules": list(rules), **more}))


@pytest.mark.parametrize(
    "rules",
    [
        [READ],
        [{"nonResourceURLs": ["/healthz", "/metrics"], "verbs": ["get"]}],
        [],
        [UNKNOWN],
        [{**READ, "verbs": UNKNOWN}],
        [{**READ, "resources": [UNKNOWN]}],
    ],
)
def test_a_role_that_names_what_it_allows_is_no_finding(rules: list[Any]) -> None:
    assert role(*rules) == []


@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verbs", "*"),
        ("resources", "*"),
        ("resources", "pods/*"),
        ("resources", "*/scale"),
        ("apiGroups", "*"),
        ("nonResourceURLs", "*"),
        ("nonResourceURLs", "/debug/*"),
    ],
)
def test_a_wildcard_is_found_where_it_stands(kind: str, field: str, value: str) -> None:
    (message,) = role(READ, {**READ, field: ["get", value]}, kind=kind)
    assert message.startswith(f"rules[1].{field} has {value}.")


def test_each_wildcard_is_found() -> None:
    assert len(role({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})) == 3


def test_aggregation_of_everything_is_found() -> None:
    def aggregate(selector: Any) -> list[str]:
        return role(aggregationRule={"clusterRoleSelectors": [selector]})

    assert aggregate({"matchLabels": {"hardway/aggregate": "view"}}) == aggregate(UNKNOWN) == []
    assert len(aggregate({})) == 1


def test_other_objects_are_no_roles() -> None:
    assert messages(RULE, object_of("example.org/v1", "Role", {"rules": [{"verbs": ["*"]}]})) == []
    assert messages(RULE, object_of("rbac.authorization.k8s.io/v1", "ClusterRole", {})) == []
