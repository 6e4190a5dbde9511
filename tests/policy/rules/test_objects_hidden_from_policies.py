"""Objects that no rule can read."""

from __future__ import annotations

import pytest

from policy.resource import UNKNOWN
from policy.rules.objects_hidden_from_policies import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import deployment, object_of


def test_objects_that_are_resources_are_no_finding() -> None:
    assert messages(RULE, deployment()) == []
    assert messages(RULE, resource("kubernetes:helm.sh/v4:Chart", {"chart": "rook-ceph"})) == []


def test_a_release_is_found_whatever_is_in_it() -> None:
    for chart in ("rook-ceph", UNKNOWN):
        (message,) = messages(RULE, resource("kubernetes:helm.sh/v3:Release", {"chart": chart}))
        assert "Chart" in message


@pytest.mark.parametrize(("api", "kind"), [("apps/v1", "DeploymentList"), ("v1", "List")])
def test_a_list_is_found(api: str, kind: str) -> None:
    (message,) = messages(RULE, object_of(api, kind, {"items": [{}]}))
    assert f"a {kind} has objects" in message


def test_what_is_only_called_a_list_is_none() -> None:
    assert messages(RULE, object_of("example.org/v1", "AllowList", {"spec": {"items": []}})) == []
    assert messages(RULE, object_of("example.org/v1", "Basket", {"items": [{}]})) == []
    assert messages(RULE, resource("kubernetes:nothing", {"items": [{}]})) == []
