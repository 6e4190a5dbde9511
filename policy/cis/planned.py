"""The machines that a stack file plans, before anything exists: what each will boot, and its secret with empty keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.bundle import pack, pack_secrets
from hardway.machine.control_plane import render_control_plane
from hardway.machine.file import File
from hardway.machine.secrets import control_plane_secret_files, worker_secret_files
from hardway.machine.worker import render_worker
from hardway.pki_plan import (
    CONTROL_PLANE_TRUST,
    POOL_TRUST,
    SERVICE_ACCOUNT_PATH,
    SIGNING_KEY_PATH,
    Leaf,
    control_plane_leaves,
    pool_leaves,
)
from policy.cis.machine import Machine, Role, unpack, unpack_secret

_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\n"
_KEY: Final = "-----BEGIN PRIVATE KEY-----\n"


def planned_machines(environment: Environment, lock: ArtifactLock) -> Iterator[Machine]:
    """Each control plane and one machine of each pool, with every file that they will hold after their boot."""
    for member in environment.control_plane.members:
        signing = {SIGNING_KEY_PATH: _KEY, f"{SERVICE_ACCOUNT_PATH}.key": _KEY, f"{SERVICE_ACCOUNT_PATH}.pub": ""}
        pem = {**signing, **_pem(control_plane_leaves(environment, member), CONTROL_PLANE_TRUST)}
        bundle = render_control_plane(environment, member, lock)
        yield _machine(member, "control-plane", bundle, control_plane_secret_files(pem, ""))
    for pool in environment.pools:
        secret = worker_secret_files(_pem(pool_leaves(environment, pool), POOL_TRUST))
        yield _machine(pool, "worker", render_worker(environment, pool, lock), secret)


def _pem(leaves: tuple[Leaf, ...], trust: Mapping[str, object]) -> dict[str, str]:
    certificates = {f"{leaf.path}.crt": _CERTIFICATE for leaf in leaves}
    return {**dict.fromkeys(trust, _CERTIFICATE), **certificates, **{f"{leaf.path}.key": _KEY for leaf in leaves}}


def _machine(name: str, role: Role, bundle: Mapping[str, File], secret: Mapping[str, File]) -> Machine:
    """Packed and unpacked: what counts is what arrives."""
    return Machine(name=name, role=role, files={**unpack(pack(bundle)), **unpack_secret(pack_secrets(secret))})
