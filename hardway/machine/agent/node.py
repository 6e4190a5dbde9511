"""Reads a Node object: what the agent's decisions need of it."""

from __future__ import annotations

from datetime import datetime

from .api import Json
from .decision import Node


def read_node(item: Json) -> Node:
    """Whether the node is Ready, and since when it is in the cluster."""
    conditions = item.get("status", {}).get("conditions", ())
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    return Node(ready, datetime.fromisoformat(item["metadata"]["creationTimestamp"]))
