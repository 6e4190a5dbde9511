"""Pods take no port of their node."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES, entries
from policy.pod_specs import containers_of, is_in_system_namespace
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        if is_in_system_namespace(container.pods, settings):
            continue
        for port in entries(container.at("ports")):
            taken = port.get("hostPort")
            if is_known(taken) and taken:
                yield f"{container} takes port {taken} of its node. Remove hostPort and use a Service."


RULE = ResourceRule(
    name="host-port-opened",
    what="No pod outside the system namespaces takes a port of its node.",
    why="The port is open to whatever reaches the node, and at most one such pod fits on each of them.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    fix="Remove hostPort and put a Service, or the gateway, in front of the pods.",
    severity=Severity.HIGH,
    reference="CIS 5.2.12",
    settings=("system_namespaces", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
