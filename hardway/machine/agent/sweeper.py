"""Removes the Node objects of workers whose instances are gone: nothing else in the cluster does."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from .api import Api, Json, Refused, say
from .inventory import Inventory
from .node import read_node

_NODES = "/api/v1/nodes"
_ROLE = "hardway.dev/role"
# A worker that has just joined is not Ready yet, and EC2 may tell of its instance a little late.
_YOUNG = timedelta(minutes=1)


def suspects(nodes: list[Json], now: datetime) -> list[Json]:
    """The workers among `nodes` that are not Ready and have had the time to become it."""
    workers = [(item, read_node(item)) for item in nodes if item["metadata"].get("labels", {}).get(_ROLE) == "worker"]
    return [item for item, node in workers if not node.ready and now - node.created > _YOUNG]


def gone(nodes: list[Json], machines: Set[str], now: datetime) -> list[Json]:
    """The `nodes` to remove, when `machines` are the names of all machines that there are."""
    return [item for item in suspects(nodes, now) if item["metadata"]["name"] not in machines]


def sweep(api: Api, inventory: Inventory, now: datetime) -> None:
    """Remove the nodes of machines that are gone. EC2 is asked only when a worker is not Ready."""
    # The list comes first: a machine that joins meanwhile is in the answer of EC2, not the other way round.
    nodes = suspects(api.get(f"{_NODES}?labelSelector={_ROLE}%3Dworker")["items"], now)
    if not nodes:
        return
    for item in gone(nodes, inventory.names(), now):
        _remove(api, item["metadata"])


def _remove(api: Api, metadata: Json) -> None:
    # Only the object that the decision was about: not one that has come back, or a new one of that name.
    same = {key: metadata[key] for key in ("uid", "resourceVersion")}
    body = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": same}
    name = metadata["name"]
    try:
        api.call("DELETE", f"{_NODES}/{name}", body)
    except Refused as error:
        # Another control plane was first, or the node has changed.
        if error.status not in (404, 409):
            raise
    else:
        say(f"removed node {name}: it is not Ready, and no pending or running instance is called {name}")
