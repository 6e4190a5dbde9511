"""Containers may make the system calls of ordinary programs only."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        profile = container.security("seccompProfile", "type")
        if is_known(profile) and profile not in ("RuntimeDefault", "Localhost"):
            yield (
                f"{container} has no seccomp profile. Set securityContext.seccompProfile.type: RuntimeDefault"
                " on the pod or on it."
            )


RULE = ResourceRule(
    name="seccomp-unconfined",
    what="Every container runs under the runtime's seccomp profile or one of its own.",
    why="The profile takes away the rare system calls through which most escapes from containers went; kubelet's own"
    " default must not be the only thing that says so.",
    source="https://kubernetes.io/docs/tutorials/security/seccomp/",
    fix="Set seccompProfile.type: RuntimeDefault in the pod's security context, as pod_hardening.py does.",
    severity=Severity.HIGH,
    reference="CIS 5.6.2",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
