"""A disruption budget leaves at least one pod that may go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policy.kubernetes_objects import KubernetesObject, objects
from policy.label_selectors import matches
from policy.replicas import scaled
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for budget in objects(resources, "policy", "PodDisruptionBudget"):
        if why := _blocks(budget, _replicas(budget, resources, settings)):
            yield Finding(
                message=f"{budget} allows no eviction: {why}. Set spec.maxUnavailable: 1 instead.", urn=budget.urn
            )


def _blocks(budget: KubernetesObject, replicas: int | None) -> str | None:
    unavailable, available = budget.at("spec", "maxUnavailable"), budget.at("spec", "minAvailable")
    if unavailable in (0, "0", "0%"):
        return f"maxUnavailable is {unavailable}"
    if available == "100%":
        return "minAvailable is 100%"
    if isinstance(available, int) and replicas is not None and available >= replicas:
        return f"minAvailable is {available} of {replicas} replicas"
    return None


def _replicas(budget: KubernetesObject, resources: Sequence[Resource], settings: Settings) -> int | None:
    """How many pods it guards at most; None if that is not known, or none of this stack."""
    selector, counts = budget.at("spec", "selector"), list[Any]()
    for pods, most in scaled(resources, settings):
        names = (budget.namespace, pods.workload.namespace)
        if not all(map(is_known, names)) or not is_known(selector):
            return None
        if names[0] == names[1] and matches(selector, pods.labels, unknown=True):
            counts.append(most)
    return sum(counts) if counts and all(isinstance(count, int) for count in counts) else None


RULE = StackRule(
    name="budget-blocks-drain",
    what="Every PodDisruptionBudget lets at least one of its pods go.",
    why="A budget that allows nothing stops each drain, and with it every replacement of the node, until somebody"
    " deletes it at night.",
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget",
    fix="Use maxUnavailable: 1, which follows the number of replicas, and no budget at all for a single replica.",
    severity=Severity.MEDIUM,
    reference="compliance-policies: PodDisruptionBudget with zero disruptions",
    check=_check,
)
