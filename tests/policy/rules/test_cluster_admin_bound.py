"""Bindings that give the cluster away."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.cluster_admin_bound import RULE
from tests.policy.resources import messages
from tests.policy.workloads import object_of

KINDS = ["RoleBinding", "ClusterRoleBinding"]
OPERATORS = {"kind": "Group", "name": "hardway:operators", "apiGroup": "rbac.authorization.k8s.io"}
ACCOUNT = {"kind": "ServiceAccount", "name": "deployer", "namespace": "ci"}


def binding(
    *subjects: Any, role: Any = "cluster-admin", kind: str = "ClusterRoleBinding", settings: Settings | None = None
) -> list[str]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    properties = {"roleRef": reference, "subjects": list(subjects)}
    return messages(RULE, object_of("rbac.authorization.k8s.io/v1", kind, properties), settings)


@pytest.mark.parametrize("kind", KINDS)
def test_operators_and_smaller_roles_are_no_finding(kind: str) -> None:
    assert binding(OPERATORS, kind=kind) == []
    assert binding(ACCOUNT, role="view", kind=kind) == []
    assert binding(kind=kind) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("subject", "who"),
    [
        (ACCOUNT, "ServiceAccount/ci/deployer"),
        ({"kind": "User", "name": "hardway:operators"}, "User/hardway:operators"),
        ({"kind": "Group", "name": "system:authenticated"}, "Group/system:authenticated"),
    ],
)
def test_anybody_else_is_found(kind: str, subject: dict[str, str], who: str) -> None:
    (message,) = binding(OPERATORS, subject, kind=kind)
    assert message.startswith(f"{who} is bound to cluster-admin.")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["view", "cluster-admin", UNKNOWN])
def test_masters_are_found_whatever_they_are_bound_to(kind: str, role: Any) -> None:
    (message,) = binding({"kind": "Group", "name": "system:masters"}, role=role, kind=kind)
    assert "system:masters" in message


def test_whoever_is_only_called_like_the_group_is_none_of_it() -> None:
    assert binding({"kind": "User", "name": "system:masters"}, role="view") == []


def test_what_is_not_known_yet_is_no_finding() -> None:
    assert binding(ACCOUNT, role=UNKNOWN) == []
    assert binding(UNKNOWN) == []
    assert binding({**ACCOUNT, "name": UNKNOWN}) == []
    assert messages(RULE, object_of("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", {"subjects": UNKNOWN})) == []


def test_administrators_are_settings() -> None:
    settings = Settings.model_validate({"cluster_administrators": ["ServiceAccount/ci/deployer"]})
    assert binding(ACCOUNT, settings=settings) == []
    assert len(binding({**ACCOUNT, "namespace": "other"}, settings=settings)) == 1
    assert len(binding(OPERATORS, settings=settings)) == 1
