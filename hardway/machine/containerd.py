"""containerd's configuration: where its plugins, images and sandbox image are."""

from __future__ import annotations

from typing import Final

from hardway.artifacts.lock import ArtifactLock

CONTAINERD_CONFIG: Final = "/etc/containerd/config.toml"


def pause_reference(lock: ArtifactLock) -> str:
    """The seed image that holds each pod's namespaces, as it is named on every machine."""
    reference = lock.get("pause").reference
    if reference is None:
        raise ValueError(f"the artifact lock of {lock.environment} gives no reference for the image pause")
    return reference
