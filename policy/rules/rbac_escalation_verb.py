"""Nobody can give himself more rights than he has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.kubernetes_objects import TYPES, elements, entries, object_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known

_VERBS: Final = ("bind", "escalate", "impersonate")


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, "rbac.authorization.k8s.io", "Role", "ClusterRole")) is None:
        return
    if found.name in settings.role_grantors or (settings.role_grantors and not is_known(found.name)):
        return
    for index, rule in enumerate(entries(found.at("rules"))):
        if held := [verb for verb in elements(rule.get("verbs")) if verb in _VERBS]:
            yield f"rules[{index}] allows {' and '.join(held)}. Remove it, or add the role to role_grantors."


RULE = ResourceRule(
    name="rbac-escalation-verb",
    what="No role allows bind, escalate or impersonate, but for those that are listed.",
    why="Each of these verbs is as good as cluster-admin: its holder grants himself a role, or acts as somebody who has"
    " one.",
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
    fix="Grant the rights themselves instead of the right to grant.",
    severity=Severity.HIGH,
    reference="CIS 5.1.8",
    settings=("role_grantors",),
    types=TYPES,
    check=_check,
)
