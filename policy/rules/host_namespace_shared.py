"""Pods share neither network, processes nor memory with their node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.kubernetes_objects import TYPES
from policy.pod_specs import is_in_system_namespace, pods_of
from policy.rule import Resource, ResourceRule, Settings, Severity

_SHARES: Final = {
    "hostNetwork": "reaches what listens on 127.0.0.1 there, and no NetworkPolicy holds for it",
    "hostPID": "sees and signals every process there, and reads their environments",
    "hostIPC": "reads the shared memory of every process there",
}


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for pods in pods_of(resource, settings):
        if is_in_system_namespace(pods, settings):
            continue
        for key, consequence in _SHARES.items():
            if pods.at(key) is True:
                yield f"{key} puts the pod into its node: it {consequence}. Remove {key}."


RULE = ResourceRule(
    name="host-namespace-shared",
    what="No pod outside the system namespaces has hostNetwork, hostPID or hostIPC.",
    why="Such a pod is a process of the node with other files: what guards pods from each other does not see it.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    fix="Remove the setting; to be reached from outside, use the gateway.",
    severity=Severity.CRITICAL,
    reference="CIS 5.2.3, 5.2.4, 5.2.5",
    settings=("system_namespaces", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
