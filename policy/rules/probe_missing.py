"""Containers that serve say whether they can and whether they still live."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        if not container.serves:
            continue
        for probe, otherwise in (
            ("readinessProbe", "it gets requests before it can answer, and a rolling change goes on without it"),
            ("livenessProbe", "a process that hangs is never started again"),
        ):
            if not container.at(probe):  # UNKNOWN is true
                yield f"{container} has no {probe}: {otherwise}. Give it one that asks the process itself."


RULE = ResourceRule(
    name="probe-missing",
    what="Every container that runs for as long as its pod has a readiness and a liveness probe.",
    why="A container without probes counts as ready once its process exists: a broken revision replaces all working"
    " replicas, and a hanging one stays.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    fix="Give the container both probes, the liveness probe on something that no other service can break.",
    severity=Severity.MEDIUM,
    reference="story: NRE Labs' only etcd was killed by a liveness probe that asked for readiness",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
