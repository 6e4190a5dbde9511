"""What has several replicas keeps enough of them while nodes are drained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.kubernetes_objects import KubernetesObject, objects
from policy.label_selectors import matches
from policy.pod_specs import Pods
from policy.replicas import replicated
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    budgets = list(objects(resources, "policy", "PodDisruptionBudget"))
    for pods, replicas in replicated(resources, settings):
        if not any(_may_cover(budget, pods) for budget in budgets):
            yield Finding(
                message=f"{pods.workload} has {replicas} replicas and no PodDisruptionBudget that selects its pods."
                " Make one in its namespace with maxUnavailable: 1.",
                urn=pods.workload.urn,
            )


def _may_cover(budget: KubernetesObject, pods: Pods) -> bool:
    namespaces = (budget.namespace, pods.workload.namespace)
    together = not all(map(is_known, namespaces)) or namespaces[0] == namespaces[1]
    return together and matches(budget.at("spec", "selector"), pods.labels, unknown=True)


RULE = StackRule(
    name="replicas-without-budget",
    what="Every workload with more than one replica has a PodDisruptionBudget in the same stack.",
    why="Without one, draining two nodes at once, or one that has them all, ends every replica at the same moment.",
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    fix="Make a PodDisruptionBudget with maxUnavailable: 1 that selects the workload's pods.",
    severity=Severity.MEDIUM,
    reference="compliance-policies: a PodDisruptionBudget for what has replicas",
    settings=("exempt_workloads",),
    check=_check,
)
