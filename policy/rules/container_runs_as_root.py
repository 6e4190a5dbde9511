"""Containers run as another user than root."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        non_root = container.security("runAsNonRoot")
        if container.security("runAsUser") == 0:
            yield f"{container} runs as root. Set securityContext.runAsUser to another user than 0."
        elif is_known(non_root) and non_root is not True:
            yield f"{container} may run as root. Set securityContext.runAsNonRoot: true on the pod or on it."


RULE = ResourceRule(
    name="container-runs-as-root",
    what="Every container, init and ephemeral ones too, runs as a user that is not root.",
    why="Root in a container is root on the node after one flaw of the runtime or the kernel.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    fix="Set runAsNonRoot: true and a runAsUser above 0 in the pod's security context, as pod_hardening.py does.",
    severity=Severity.HIGH,
    reference="CIS 5.2.7; story: CVE-2019-5736 and CVE-2024-21626 in runc",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
