"""Only priorities that are listed, each in its namespaces, can push other pods off a node."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES, object_of
from policy.pod_specs import pods_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for pods in pods_of(resource, settings):
        wanted, namespace = pods.at("priorityClassName"), pods.workload.namespace
        if is_known(wanted) and wanted:
            allowed = settings.priority_classes.get(wanted, ())
            if not allowed or (is_known(namespace) and namespace not in allowed):
                where = f"only pods in {' and '.join(allowed)} may have" if allowed else "no pod may have"
                yield f"priorityClassName is {wanted}, which {where}. Remove it, or add it to priority_classes."
    if (found := object_of(resource, "scheduling.k8s.io", "PriorityClass")) is None:
        return
    if is_known(found.name) and found.name not in settings.priority_classes:
        yield f"{found.name} is no listed class. Add it to priority_classes with the namespaces that may use it."
    if found.at("globalDefault") is True:
        yield "globalDefault gives every new pod this priority. Remove it and name the class where it is needed."


RULE = ResourceRule(
    name="priority-class-unlisted",
    what="Priority classes, and the namespaces that use each, are those of a list, and none is everybody's default.",
    why="A pod of higher priority evicts others to find room; with a new default, every pod that starts evicts every"
    " one that runs.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
    fix="List the class in the policy's priority_classes together with its namespaces, or do without it.",
    severity=Severity.HIGH,
    reference="story: Grafana Labs' new default priority evicted production",
    settings=("priority_classes", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
