"""Nothing runs in the namespace that nobody owns."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import pods_of
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for pods in pods_of(resource, settings):
        if pods.workload.namespace == "default":
            yield "it would run in the namespace default. Set metadata.namespace to one that this stack makes."


RULE = ResourceRule(
    name="workload-in-default-namespace",
    what="No workload runs in the namespace default.",
    why="It has no quota, no NetworkPolicy and no stricter Pod Security than the cluster's, and it is where everything"
    " ends up that forgot to name a namespace.",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
    fix="Set metadata.namespace to a namespace with labels, quota and default-deny NetworkPolicy.",
    severity=Severity.MEDIUM,
    reference="CIS 5.6.4",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
