"""Containers say what they need and what they may take at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from policy.kubernetes_objects import TYPES
from policy.pod_specs import Container, containers_of
from policy.rule import Resource, ResourceRule, Settings, Severity

_NOTHING: Final = re.compile(r"0+(\.0*)?[A-Za-z]*")


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for container in containers_of(resource, settings):
        # An ephemeral container can have none: it lives of what its pod has to spare.
        if container.role == "ephemeral container":
            continue
        # The API server takes a limit for the request where there is none.
        requests = [key for key in settings.required_requests if _lacks(container, key, "requests", "limits")]
        limits = [key for key in settings.required_limits if _lacks(container, key, "limits")]
        missing = [*(f"requests.{key}" for key in requests), *(f"limits.{key}" for key in limits)]
        if missing:
            yield f"{container} has no {' and no '.join(missing)}. Set them under resources."


def _lacks(container: Container, key: str, *parts: str) -> bool:
    given = [owner.at("resources", part, key) for owner in (container, container.pods) for part in parts]
    return not any(_is_something(value) for value in given)


def _is_something(quantity: Any) -> bool:
    """Whether it is more than nothing; what is unknown is."""
    return quantity is not None and _NOTHING.fullmatch(str(quantity)) is None


RULE = ResourceRule(
    name="container-without-resources",
    what="Every container, or its pod, requests CPU and memory and limits memory.",
    why="Without requests the scheduler packs a node until it starves, and without a limit one leak takes the"
    " kubelet's memory and with it all pods of the node.",
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    fix="Set requests for CPU and memory and a limit for memory; a limit for CPU only throttles.",
    severity=Severity.HIGH,
    reference="story: Zalando, NU.nl and Saltside lost nodes to the kernel's out-of-memory killer",
    settings=("required_requests", "required_limits", "exempt_workloads"),
    types=TYPES,
    check=_check,
)
