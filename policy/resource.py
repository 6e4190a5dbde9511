"""A resource as the rules see it: plain values, with a mark in the place of what a preview cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


class Unknown:
    """The type of UNKNOWN: a value that exists only after the update. It is true, and can be asked nothing."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        # A copy of it is the same one, or it would pass for known.
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""Stands for every value that a preview cannot know."""


def is_known(value: object) -> bool:
    """Whether the value itself is known; parts of a mapping or a list may still be unknown."""
    return value is not UNKNOWN


def is_wholly_known(value: object) -> bool:
    """Whether the value and everything inside it is known."""
    if isinstance(value, Mapping):
        return all(is_wholly_known(part) for part in value.values())
    if isinstance(value, list | tuple):
        return all(is_wholly_known(part) for part in value)
    return is_known(value)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file, a text or an address that a property refers to."""

    path: str | None = None
    text: str | None = None
    uri: str | None = None
    hash: str | None = None
    """SHA-256 of the content, if the engine knows it."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. Resource rules see the inputs before anything is done, stack rules what they will come to."""

    type: str
    """As `aws:ec2/instance:Instance`."""

    name: str
    urn: str
    properties: Mapping[str, Any]
    """By the engine's names, in camelCase; lists and mappings are Python's, numbers without fraction are int."""

    protect: bool = False
    parent: str | None = None
    """URN."""

    secrets: frozenset[str] = frozenset()
    """Dotted paths of the properties that the engine keeps sealed, as `secretString` or `stringData.password`."""

    dependencies: tuple[str, ...] = ()
    """URNs; known to stack rules only."""

    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs behind each property: what a value refers to while a preview does not know it. Known to stack rules only."""

    def at(self, *path: str | int, default: Any = None) -> Any:
        """The value at a path, as `at("metadata", "labels", "app")` or `at("rules", 0)`.

        UNKNOWN if it, or anything on the way to it, is unknown; `default` if it is missing or null.
        """
        found: Any = self.properties
        for step in path:
            if not is_known(found):
                return UNKNOWN
            if isinstance(found, Mapping):
                found = found.get(step)
            elif isinstance(found, list | tuple) and isinstance(step, int) and -len(found) <= step < len(found):
                found = found[step]
            else:
                return default
        return default if found is None else found

    def is_secret(self, path: str) -> bool:
        """Whether the property at the dotted path is sealed, itself or as a part of something sealed."""
        return any(path == sealed or path.startswith(sealed + ".") for sealed in self.secrets)
