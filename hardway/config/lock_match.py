"""Whether the lock holds what `hardway:versions` says: machines get what is locked, whatever the stack file wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hardway.config.load import ConfigError
from hardway.config.versions import Versions

LOCKED_AS: Final[dict[str, tuple[str, ...]]] = {
    "kubernetes": ("kube-apiserver", "kubelet"),
    "etcd": ("etcd",),
    "containerd": ("containerd",),
    "runc": ("runc",),
    "cni_plugins": ("bridge",),
    "flannel": ("flanneld",),
    "coredns": ("coredns",),
}
"""The artifacts that carry each version of the stack file."""


def lock_faults(versions: Versions, locked: Mapping[str, str], environment: str) -> Iterator[tuple[str, str]]:
    """Each mismatch as (full key, what); `locked` maps artifacts to versions."""
    for key, artifacts in LOCKED_AS.items():
        wanted = getattr(versions, key)
        for artifact in artifacts:
            found = locked.get(artifact)
            if found != wanted:
                held = f"{artifact} {found}" if found else f"no {artifact}"
                yield (
                    f"hardway:versions.{key}",
                    f"{wanted}, but stacks/artifacts/{environment}.json has {held}; "
                    f"change one of them (./hw artifacts lock {environment} makes the lock anew)",
                )


def require_locked(versions: Versions, locked: Mapping[str, str], environment: str, file: str) -> None:
    """Nothing, when all versions are the lock's; else ConfigError with a line for each that is not."""
    if faults := list(lock_faults(versions, locked, environment)):
        raise ConfigError(file, faults)
