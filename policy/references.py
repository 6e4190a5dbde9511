"""Which resource a property refers to: by its value where that is known, by the engine's dependencies where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from policy.provider_values import texts
from policy.resource import Resource, is_wholly_known

_NAMES: Final = ("id", "arn", "name", "bucket")
"""What other resources call one."""


def of_type(resources: Iterable[Resource], *types: str) -> list[Resource]:
    """The resources of those types."""
    return [resource for resource in resources if resource.type in types]


def refers(resource: Resource, key: str, to: Resource) -> bool:
    """Whether the property names the other resource, or may come to name it once it is known."""
    value = resource.at(key)
    named = {one for name in _NAMES if isinstance(one := to.at(name), str)}
    if named & set(texts(value)):
        return True
    if is_wholly_known(value):
        return False
    behind = resource.property_dependencies.get(key, ())
    # A value that depends on nothing is of another stack, or of an engine that does not say: it may be anything.
    return to.urn in behind or not behind


def referring(resources: Iterable[Resource], types: tuple[str, ...], key: str, to: Resource) -> Iterator[Resource]:
    """The resources of those types whose property names the other one."""
    return (one for one in of_type(resources, *types) if refers(one, key, to))
