"""Creations that were cut off, in the state of a stack as the engine exports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Deployment = dict[str, Any]


def pending_creates(deployment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources that were being created when the engine ended: nobody knows whether they exist."""
    operations = deployment.get("pending_operations") or []
    return [operation["resource"] for operation in operations if operation["type"] == "creating"]


def known_ids(deployment: Mapping[str, Any], kind: str) -> frozenset[str]:
    """Ids of everything of that kind that the state holds and that exists. Other kinds may have the same ids."""
    resources = deployment.get("resources") or []
    return frozenset(str(one["id"]) for one in resources if one["type"] == kind and not one.get("pendingReplacement"))


@dataclass(frozen=True)
class Adopted:
    """A pending creation whose resource was found."""

    pending: Mapping[str, Any]
    id: str


def with_adopted(deployment: Mapping[str, Any], adopted: Sequence[Adopted]) -> Deployment:
    """The state with these resources under the ids that they have, and without any pending operation.

    What is adopted counts as just created with all that was asked for, which need not be so: the engine looks at it
    again before it does anything else, and finds what is missing.
    """
    resources = list(deployment.get("resources") or [])
    for one in adopted:
        pending = one.pending
        resource = {**pending, "id": one.id, "outputs": pending.get("inputs") or {}, "refreshBeforeUpdate": True}
        at = next((index for index, other in enumerate(resources) if _is_live(other, pending["urn"])), None)
        if at is None:
            resources.append(resource)
        elif resources[at].get("pendingReplacement"):
            # It was deleted before its successor was begun.
            resources[at] = resource
        else:
            resources[at : at + 1] = [resource, {**resources[at], "delete": True}]
    return {**deployment, "resources": resources, "pending_operations": []}


def _is_live(resource: Mapping[str, Any], urn: str) -> bool:
    return resource["urn"] == urn and not resource.get("delete")
