"""No container has the node's devices and all of its capabilities."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        if container.at("securityContext", "privileged") is True:
            yield f"{container} is privileged. Remove securityContext.privileged."
        if container.security("windowsOptions", "hostProcess") is True:
            yield f"{container} is a process of the node. Remove securityContext.windowsOptions.hostProcess."


RULE = ResourceRule(
    name="container-privileged",
    what="No container is privileged.",
    why="A privileged container is the node: it loads modules, mounts disks and reads every other pod's secrets.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    fix="Give the container what it needs one by one: a device plugin, one capability, one volume.",
    severity=Severity.CRITICAL,
    reference="CIS 5.2.2, 5.2.10",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
