"""Roles that can give themselves everything."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.rbac_escalation_verb import RULE
from tests.policy.resources import messages
from tests.policy.workloads import object_of


def role(verbs: Any, *, settings: Settings | None = None, kind: str = "ClusterRole", name: Any = "demo") -> list[str]:
    rules = [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": verbs}]
    judged = object_of("rbac.authorization.k8s.io/v1", kind, {"rules": rules}, name=name)
    return messages(RULE, judged, settings)


@pytest.mark.parametrize("verbs", [["get", "list"], ["create", "update"], UNKNOWN, [UNKNOWN], None])
def test_other_verbs_are_no_finding(verbs: Any) -> None:
    assert role(verbs) == []


@pytest.mark.parametrize("kind", ["Role", "ClusterRole"])
@pytest.mark.parametrize("verb", ["bind", "escalate", "impersonate"])
def test_each_verb_is_found(kind: str, verb: str) -> None:
    (message,) = role(["get", verb], kind=kind)
    assert f"rules[0] allows {verb}." in message


def test_listed_roles_may() -> None:
    settings = Settings.model_validate({"role_grantors": ["hardway:teams"]})
    assert role(["bind"], settings=settings, name="hardway:teams") == []
    assert role(["bind"], settings=settings, name=UNKNOWN) == []
    assert len(role(["bind"], settings=settings)) == 1


def test_a_name_that_is_not_known_yet_is_on_no_empty_list() -> None:
    assert len(role(["bind"], name=UNKNOWN)) == 1
