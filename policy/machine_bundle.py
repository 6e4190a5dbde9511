"""Reads what a machine boots out of the resources that carry it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from policy.cis.machine import Machine, MachineFile, Role, unpack
from policy.resource import Asset, Resource

BUCKET_OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
_FOLDER = "bundles/"
_ROLES: tuple[Role, ...] = ("control-plane", "worker")


def bundled_machine(resource: Resource) -> Machine | None:
    """The machine whose bundle the object is; None for any other object.

    Raises FileNotFoundError if the bundle's file is not there, which the program writes before it names it.
    """
    key, source = resource.at("key", default=""), resource.at("source")
    role = resource.at("tags", "hardway:role")
    if resource.type != BUCKET_OBJECT or not isinstance(key, str) or not key.startswith(_FOLDER):
        return None
    if not isinstance(source, Asset) or source.path is None or role not in _ROLES:
        return None
    return Machine(name=resource.name, role=role, files=_files(source.path))


@lru_cache(maxsize=64)
def _files(path: str) -> dict[str, MachineFile]:
    return unpack(Path(path).read_bytes())
