"""Each namespace can take so much of the cluster and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.kubernetes_objects import CORE, KubernetesObject
from policy.namespaces import inside, own_namespaces
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known

_FULL_NAMES: Final = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for namespace in own_namespaces(resources, settings):
        bounded: set[str] = set()
        for quota in inside(namespace, resources, CORE, "ResourceQuota"):
            hard = quota.at("spec", "hard")
            if not is_known(hard):
                break
            bounded |= _bounds(quota)
        else:
            if missing := [key for key in settings.required_quota if key not in bounded]:
                yield Finding(
                    message=f"{namespace} has no ResourceQuota that bounds {', '.join(missing)}. Make one in it.",
                    urn=namespace.urn,
                )


def _bounds(quota: KubernetesObject) -> set[str]:
    # One with scopes counts some of the pods only, so the others are free.
    if quota.at("spec", "scopes") or quota.at("spec", "scopeSelector"):
        return set()
    return {_FULL_NAMES.get(key, key) for key in quota.at("spec", "hard") or {}}


RULE = StackRule(
    name="namespace-without-quota",
    what="Every namespace that a stack makes has a ResourceQuota for pods, CPU and memory.",
    why="Without one a runaway autoscaler or a loop of Jobs takes all nodes, and what others run is evicted.",
    source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    fix="Make the namespace with components/services/guarded_namespace.py, or add a ResourceQuota.",
    severity=Severity.MEDIUM,
    reference="story: dex's four million objects killed etcd; NU.nl's nodes ran out of memory",
    settings=("required_quota", "system_namespaces"),
    check=_check,
)
