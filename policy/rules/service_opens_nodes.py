"""Services are reached inside the cluster; the gateway alone is reached from outside."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import CORE, TYPES, object_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, CORE, "Service")) is None:
        return
    kind = found.at("spec", "type")
    if kind in ("LoadBalancer", "NodePort") and not _is_exposed(found.namespace, found.name, settings):
        yield (
            f"its type {kind} opens a port on every node. Make it ClusterIP and route to it from the gateway, or add"
            " it to exposed_services."
        )


def _is_exposed(namespace: object, name: object, settings: Settings) -> bool:
    """Whether it is, or may prove to be, one of those that are listed."""
    return any(
        (not is_known(namespace) or listed.partition("/")[0] == namespace)
        and (not is_known(name) or listed.partition("/")[2] == name)
        for listed in settings.exposed_services
    )


RULE = ResourceRule(
    name="service-opens-nodes",
    what="No Service has the type LoadBalancer or NodePort, but for those that are listed.",
    why="Either type opens the same port on every node to whatever reaches nodes, past gateway, TLS and policies; a"
    " LoadBalancer waits for ever for a controller that this platform does not run.",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    fix="Use ClusterIP and a route of the gateway.",
    severity=Severity.HIGH,
    reference="compliance-policies: no Service of type LoadBalancer",
    settings=("exposed_services",),
    types=TYPES,
    check=_check,
)
