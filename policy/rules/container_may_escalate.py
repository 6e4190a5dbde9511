"""No process of a container gets more rights than its parent has."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        # A pod has no such setting; the default of a container is true.
        allowed = container.at("securityContext", "allowPrivilegeEscalation")
        if is_known(allowed) and allowed is not False:
            yield f"{container} may escalate. Set securityContext.allowPrivilegeEscalation: false."


RULE = ResourceRule(
    name="container-may-escalate",
    what="Every container sets allowPrivilegeEscalation: false.",
    why="Otherwise a set-uid program in the image makes root of any process in it.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    fix="Set allowPrivilegeEscalation: false in the container's security context, as pod_hardening.py does.",
    severity=Severity.HIGH,
    reference="CIS 5.2.6",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
