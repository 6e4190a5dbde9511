"""Containers cannot change their own programs."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        read_only = container.at("securityContext", "readOnlyRootFilesystem")
        if is_known(read_only) and read_only is not True:
            yield (
                f"{container} can write to its root filesystem. Set securityContext.readOnlyRootFilesystem: true"
                " and mount an emptyDir where it must write."
            )


RULE = ResourceRule(
    name="root-filesystem-writable",
    what="Every container has a read-only root filesystem.",
    why="What an intruder cannot write he cannot run, and what a process writes there is lost with the container"
    " and fills the node's disk until then.",
    source="https://kubernetes.io/docs/concepts/security/application-security-checklist/#container-security-context",
    fix="Set readOnlyRootFilesystem: true and give the paths that are written volumes of their own.",
    severity=Severity.MEDIUM,
    reference="CIS 5.6.3",
    settings=("exempt_workloads",),
    types=TYPES,
    check=_check,
)
