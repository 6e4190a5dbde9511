"""Kubernetes objects among the resources, by the apiVersion and kind that the API server will read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policy.resource import UNKNOWN, Resource, is_known

TYPES: Final = ("kubernetes:*",)
"""What a rule about objects judges: a token says less than the object itself, as `kubernetes:v1:Pod` is a pod, too."""

CORE: Final = "core"
"""How the engine's type tokens call the group that has no name."""

_TOKEN: Final = re.compile(r"kubernetes:(?:(?P<group>[^/:]+)/)?(?P<version>[^/:]+):(?P<kind>\w+)")


@dataclass(frozen=True, kw_only=True)
class KubernetesObject:
    """One object, or a patch of one that somebody else makes."""

    resource: Resource
    group: str
    kind: str
    is_patch: bool
    """Whether it sets some fields of an object and leaves the others as they are."""

    def at(self, *path: str | int) -> Any:
        """The value at a path: None if it is missing or null, UNKNOWN if only the cluster or the future knows it."""
        return self.resource.at(*path, default=UNKNOWN if self.is_patch else None)

    @property
    def namespace(self) -> Any:
        """The namespace it is in, `default` if it names none; UNKNOWN in a preview that cannot say."""
        return self.resource.at("metadata", "namespace") or "default"

    @property
    def name(self) -> Any:
        """Its name; UNKNOWN in a preview that cannot say."""
        return self.resource.at("metadata", "name", default=UNKNOWN)

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return self.resource.urn

    def is_a(self, group: str, *kinds: str) -> bool:
        """Whether it is of that group and one of those kinds."""
        return self.group == group and self.kind in kinds

    def __str__(self) -> str:
        return f"{self.kind} {self.name if is_known(self.name) else self.resource.name}"


def read_object(resource: Resource) -> KubernetesObject | None:
    """The object that a resource is; None if it is something else, as a provider or a chart."""
    token = _TOKEN.fullmatch(resource.type)
    if token is None:
        return None
    # What is applied is the object with its own apiVersion and kind, whatever the token of a CustomResource says.
    version, kind = resource.at("apiVersion"), resource.at("kind")
    if isinstance(version, str) and isinstance(kind, str):
        group = version.partition("/")[0] if "/" in version else CORE
    else:
        group, kind = token["group"] or CORE, token["kind"]
    patched = token["kind"].removesuffix("Patch")
    is_patch = patched != token["kind"] and kind in (patched, token["kind"])
    return KubernetesObject(resource=resource, group=group, kind=patched if is_patch else kind, is_patch=is_patch)


def object_of(resource: Resource, group: str, *kinds: str) -> KubernetesObject | None:
    """The object that a resource is, if it is of that group and one of those kinds."""
    found = read_object(resource)
    return found if found is not None and found.is_a(group, *kinds) else None


def objects(resources: Sequence[Resource], group: str, *kinds: str) -> Iterator[KubernetesObject]:
    """Every object of that group and one of those kinds; patches too."""
    for resource in resources:
        if (found := object_of(resource, group, *kinds)) is not None:
            yield found


def value_at(value: Any, *path: str) -> Any:
    """The value at a path below `value`: None if it is missing, UNKNOWN if it or anything before it is unknown."""
    for key in path:
        if not is_known(value):
            return UNKNOWN
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list, as far as they are known."""
    return [entry for entry in elements(value) if isinstance(entry, Mapping)]


def elements(value: Any) -> list[Any]:
    """The elements of a list; none if it is missing or unknown."""
    return list(value) if isinstance(value, list | tuple) else []
