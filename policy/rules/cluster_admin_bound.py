"""Only those who are listed may do everything, and nobody by a group that the API server never asks about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.kubernetes_objects import TYPES, entries, object_of
from policy.rule import UNKNOWN, Resource, ResourceRule, Settings, Severity, is_known

_MASTERS: Final = "system:masters"


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, "rbac.authorization.k8s.io", "RoleBinding", "ClusterRoleBinding")) is None:
        return
    is_admin = found.at("roleRef", "name") == "cluster-admin"
    for subject in entries(found.at("subjects")):
        if subject.get("kind") == "Group" and subject.get("name") == _MASTERS:
            yield f"{_MASTERS} needs no binding, and no binding takes its rights away. Bind a group of ours."
        elif is_admin and is_known(who := _who(subject)) and who not in settings.cluster_administrators:
            yield (
                f"{who} is bound to cluster-admin. Bind it to a role with the rights that it uses, or add it to"
                " cluster_administrators."
            )


def _who(subject: Mapping[str, Any]) -> Any:
    """The subject as the settings write it; UNKNOWN if part of it is."""
    parts = [subject.get("kind"), subject.get("namespace"), subject.get("name")]
    if not all(map(is_known, parts)):
        return UNKNOWN
    return "/".join(str(part) for part in parts if part)


RULE = ResourceRule(
    name="cluster-admin-bound",
    what="cluster-admin is bound to listed subjects only, and no binding names system:masters.",
    why="Whoever holds one such token or certificate owns the cluster and every secret in it."
    " What is in system:masters stays so until the certificate ends: no binding can be removed.",
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    fix="Write a role with the rights that are used; people come in as the group hardway:operators.",
    severity=Severity.CRITICAL,
    reference="CIS 5.1.1, 5.1.7",
    settings=("cluster_administrators",),
    types=TYPES,
    check=_check,
)
