"""Containers drop every capability and add next to none."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES, elements
from policy.pod_specs import containers_of, unknown_among
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        dropped = container.at("securityContext", "capabilities", "drop")
        if "ALL" not in elements(dropped) and not unknown_among(dropped):
            yield f'{container} keeps the runtime\'s capabilities. Set securityContext.capabilities.drop: ["ALL"].'
        for added in elements(container.at("securityContext", "capabilities", "add")):
            if isinstance(added, str) and added not in settings.allowed_capabilities:
                yield f"{container} adds the capability {added}. Remove it from securityContext.capabilities.add."


RULE = ResourceRule(
    name="capabilities-kept",
    what="Every container drops all capabilities and adds none beside those that are allowed.",
    why="The runtime's default has fourteen of them, NET_RAW among them, with which a pod answers for its neighbours.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    fix='Set capabilities.drop: ["ALL"]; to serve a low port, listen on a high one and let the Service map it.',
    severity=Severity.HIGH,
    reference="CIS 5.2.8, 5.2.9",
    settings=("allowed_capabilities", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
