"""How many pods a workload may come to have, whether it says so itself or an autoscaler does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from policy.kubernetes_objects import CORE, KubernetesObject, objects
from policy.pod_specs import Pods, pods_of
from policy.resource import UNKNOWN, Resource, is_known
from policy.settings import Settings

_SCALABLE: Final = (
    (CORE, "ReplicationController"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
)


def scaled(resources: Sequence[Resource], settings: Settings) -> Iterator[tuple[Pods, Any]]:
    """Every workload with replicas, and how many it has at most: a number, or UNKNOWN."""
    autoscalers = list(objects(resources, "autoscaling", "HorizontalPodAutoscaler"))
    for resource in resources:
        for pods in pods_of(resource, settings):
            workload = pods.workload
            if (workload.group, workload.kind) in _SCALABLE and not workload.is_patch:
                yield pods, _most(workload, autoscalers)


def replicated(resources: Sequence[Resource], settings: Settings) -> Iterator[tuple[Pods, int]]:
    """Every workload that surely may have more than one replica, and how many."""
    for pods, most in scaled(resources, settings):
        if isinstance(most, int) and most > 1:
            yield pods, most


def _most(workload: KubernetesObject, autoscalers: Sequence[KubernetesObject]) -> Any:
    own = workload.at("spec", "replicas")
    counts = [1 if own is None else own]
    for autoscaler in autoscalers:
        target = [autoscaler.namespace, *(autoscaler.at("spec", "scaleTargetRef", key) for key in ("kind", "name"))]
        if target == [workload.namespace, workload.kind, workload.name] and all(map(is_known, target)):
            counts.append(autoscaler.at("spec", "maxReplicas"))
    return max(counts) if all(isinstance(count, int) for count in counts) else UNKNOWN
