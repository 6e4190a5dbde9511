"""Reads what a machine boots out of the resources that carry it: the object of its bundle, the value of its secret."""

from __future__ import annotations

import binascii
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from policy.cis.machine import Machine, MachineFile, Role, unpack, unpack_secret
from policy.resource import Asset, Resource

BUCKET_OBJECT: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
SECRET_VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
_FOLDER: Final = "bundles/"
_ROLES: Final[tuple[Role, ...]] = ("control-plane", "worker")
_CONTROL_PLANE_ONLY: Final = "/etc/kubernetes/encryption.yaml"


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


def secret_machine(resource: Resource) -> Machine | None:
    """The machine whose keys the secret holds; None for any other secret, and in previews, which do not know it."""
    text = resource.at("secretString")
    if resource.type != SECRET_VERSION or not isinstance(text, str):
        return None
    try:
        files = unpack_secret(text)
    except (binascii.Error, OSError, EOFError, tarfile.TarError):
        return None
    role: Role = "control-plane" if _CONTROL_PLANE_ONLY in files else "worker"
    return Machine(name=resource.name, role=role, files=files)


@lru_cache(maxsize=64)
def _files(path: str) -> dict[str, MachineFile]:
    return unpack(Path(path).read_bytes())
