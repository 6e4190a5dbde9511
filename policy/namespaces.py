"""The namespaces that a stack makes, and what it puts into each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.kubernetes_objects import CORE, KubernetesObject, objects
from policy.resource import Resource, is_known
from policy.settings import Settings


def own_namespaces(resources: Sequence[Resource], settings: Settings) -> Iterator[KubernetesObject]:
    """The namespaces that the stack makes, but for the platform's own and those whose name is not known yet."""
    for namespace in objects(resources, CORE, "Namespace"):
        if not namespace.is_patch and is_known(namespace.name) and namespace.name not in settings.system_namespaces:
            yield namespace


def inside(namespace: KubernetesObject, resources: Sequence[Resource], group: str, kind: str) -> list[KubernetesObject]:
    """The objects of that kind that are, or may prove to be, in the namespace."""
    return [
        found
        for found in objects(resources, group, kind)
        if not is_known(found.namespace) or found.namespace == namespace.name
    ]
