"""Roles name what they allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.kubernetes_objects import TYPES, elements, entries, object_of
from policy.label_selectors import selects_everything
from policy.rule import Resource, ResourceRule, Settings, Severity

_FIELDS: Final = ("apiGroups", "resources", "verbs", "nonResourceURLs")


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, "rbac.authorization.k8s.io", "Role", "ClusterRole")) is None:
        return
    for index, rule in enumerate(elements(found.at("rules"))):
        for field in _FIELDS:
            if wild := [one for one in _texts(rule, field) if "*" in one]:
                yield f"rules[{index}].{field} has {', '.join(wild)}. Name each one that is needed."
    for selector in elements(found.at("aggregationRule", "clusterRoleSelectors")):
        if selects_everything(selector):
            yield "aggregationRule takes in the rules of every ClusterRole. Give its selector a label."


def _texts(rule: object, field: str) -> list[str]:
    return [one for each in entries([rule]) for one in elements(each.get(field)) if isinstance(one, str)]


RULE = ResourceRule(
    name="rbac-wildcard",
    what="No Role or ClusterRole allows by wildcard.",
    why="A wildcard covers also what is added later, such as the next operator's objects or a subresource that runs"
    " commands in pods; most of all, it covers Secrets.",
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    fix="List groups, resources and verbs as the program uses them.",
    severity=Severity.HIGH,
    reference="CIS 5.1.3",
    types=TYPES,
    check=_check,
)
