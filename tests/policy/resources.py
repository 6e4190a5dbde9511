"""What rules are tested with: a resource from a dictionary, and what a rule says of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from policy.rule import Finding, Resource, ResourceRule, Settings, StackRule


def resource(resource_type: str, properties: Mapping[str, Any], *, name: str = "thing", **more: Any) -> Resource:
    """A resource of that type as the rules see it."""
    urn = f"urn:pulumi:prod::hardway::{resource_type}::{name}"
    return Resource(type=resource_type, name=name, urn=urn, properties=properties, **more)


def changed(properties: Mapping[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy of the properties with another value at the path."""
    result = copy.deepcopy(dict(properties))
    parent: Any = result
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return result


def without(properties: Mapping[str, Any], *path: str | int) -> dict[str, Any]:
    """A copy of the properties without the key at the path."""
    result = copy.deepcopy(dict(properties))
    parent: Any = result
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    return result


def messages(rule: ResourceRule, judged: Resource, settings: Settings | None = None) -> list[str]:
    """What a resource rule says; nothing for types that do not concern it, as in the pack."""
    return list(rule.check(judged, settings or Settings())) if rule.judges(judged.type) else []


def findings(rule: StackRule, *judged: Resource, settings: Settings | None = None) -> list[Finding]:
    """What a stack rule says."""
    return list(rule.check(judged, settings or Settings()))
