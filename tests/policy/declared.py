"""The resources that our own stack files declare, as the rules see them: what is compliant is not made up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from pulumi.runtime import rpc

from policy.resource import UNKNOWN, Resource
from tests.policy.resources import changed, without
from tests.unit.components.harness import ACCOUNT, Registration
from tests.unit.stacks.programs import declare


def declared(stack: str = "prod") -> tuple[Resource, ...]:
    """Every resource of a stack by its inputs, and its id and ARN, which the rules about whole stacks see."""
    resources = _declared(stack)
    if isinstance(resources, Exception):
        raise resources
    return resources


@cache
def _declared(stack: str) -> tuple[Resource, ...] | Exception:
    # A program that fails is not run anew for each of hundreds of tests.
    try:
        return tuple(map(_as_seen, declare(stack)))
    except Exception as error:
        return error


def one(resource_type: str, name: str) -> Resource:
    """The one resource of production with that type and name."""
    (found,) = [each for each in declared() if (each.type, each.name) == (resource_type, name)]
    return found


def but(resource: Resource, path: tuple[str | int, ...], value: Any) -> Resource:
    """The resource with another value at the path."""
    return dataclasses.replace(resource, properties=changed(resource.properties, path, value))


def lacking(resource: Resource, *path: str | int) -> Resource:
    """The resource without the key at the path."""
    return dataclasses.replace(resource, properties=without(resource.properties, *path))


def unprotected(resource: Resource) -> Resource:
    """The resource without its protection."""
    return dataclasses.replace(resource, protect=False)


def _as_seen(registration: Registration) -> Resource:
    secrets: set[str] = set()
    properties = {key: _plain(value, key, secrets) for key, value in registration.inputs.items()}
    if registration.custom:
        properties["id"] = f"{registration.name}-id"
    if registration.type.startswith("aws:"):
        service = registration.type.split(":")[1].split("/")[0]
        properties["arn"] = f"arn:aws:{service}:eu-central-1:{ACCOUNT}:{registration.name}"
    return Resource(
        type=registration.type,
        name=registration.name,
        urn=registration.urn,
        properties=properties,
        protect=registration.protect,
        parent=registration.parent or None,
        secrets=frozenset(secrets),
        dependencies=registration.depends_on,
        property_dependencies=registration.property_dependencies,
    )


def _plain(value: Any, path: str, secrets: set[str]) -> Any:
    if isinstance(value, Mapping):
        if rpc.is_rpc_secret(dict(value)):
            secrets.add(path)
            return _plain(rpc.unwrap_rpc_secret(dict(value)), path, secrets)
        return {key: _plain(inner, f"{path}.{key}", secrets) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, f"{path}.{index}", secrets) for index, inner in enumerate(value)]
    return UNKNOWN if value == rpc.UNKNOWN else value
