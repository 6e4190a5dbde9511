"""Replicas stand on different nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policy.kubernetes_objects import entries
from policy.label_selectors import matches
from policy.pod_specs import Pods, unknown_among
from policy.replicas import replicated
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known

_DOMAINS: Final = ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
_ANTI_AFFINITY: Final = ("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for pods, replicas in replicated(resources, settings):
        if not _may_be_spread(pods):
            yield Finding(
                message=f"{pods.workload} may run all of its {replicas} replicas on one node. Give its pods a"
                " topologySpreadConstraint on kubernetes.io/hostname with whenUnsatisfiable: DoNotSchedule whose"
                " labelSelector matches them.",
                urn=pods.workload.urn,
            )


def _may_be_spread(pods: Pods) -> bool:
    constraints, terms = pods.at("topologySpreadConstraints"), pods.at(*_ANTI_AFFINITY)
    if unknown_among(constraints) or unknown_among(terms):
        return True
    hard = [one for one in entries(constraints) if one.get("whenUnsatisfiable") != "ScheduleAnyway"]
    return any(_separates(one, pods.labels) for one in [*hard, *entries(terms)])


def _separates(rule: Mapping[str, Any], labels: Any) -> bool:
    domain, selector = rule.get("topologyKey"), rule.get("labelSelector")
    return (not is_known(domain) or domain in _DOMAINS) and matches(selector, labels, unknown=True)


RULE = StackRule(
    name="replicas-not-spread",
    what="Every workload with more than one replica spreads them over nodes or zones, as a condition and not a wish.",
    why="The scheduler likes the node that has room: after one drain all replicas stand on the same one, and it takes"
    " them all with it.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    fix="Add one_a_node() of components/services/pod_hardening.py, or a required podAntiAffinity.",
    severity=Severity.MEDIUM,
    reference="story: Moonlight's pods all stood on one host",
    settings=("exempt_workloads",),
    check=_check,
)
