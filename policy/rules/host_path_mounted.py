"""Pods see no file of their node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.kubernetes_objects import CORE, TYPES, object_of
from policy.pod_specs import is_in_system_namespace, pods_of, volumes_of
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for pods in pods_of(resource, settings):
        if is_in_system_namespace(pods, settings):
            continue
        for volume in volumes_of(pods):
            if isinstance(volume.get("hostPath"), Mapping):
                yield f"volume {volume.get('name')} is a path of the node. Use a claim, an emptyDir or a ConfigMap."
    persistent = object_of(resource, CORE, "PersistentVolume")
    if persistent is not None and isinstance(persistent.at("spec", "hostPath"), Mapping):
        yield "spec.hostPath makes a path of the node a volume for any pod. Use a driver of the storage instead."


RULE = ResourceRule(
    name="host-path-mounted",
    what="No pod outside the system namespaces mounts a path of its node, directly or as a persistent volume.",
    why="Through a path of the node a pod reads the kubelet's certificate and other pods' secrets, or writes what root"
    " runs; its data is gone when it starts elsewhere.",
    source="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
    fix="Use a persistent volume claim, an emptyDir, a ConfigMap or a projected volume.",
    severity=Severity.CRITICAL,
    reference="CIS 5.2.11",
    settings=("system_namespaces", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
