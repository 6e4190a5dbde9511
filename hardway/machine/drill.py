"""Everything that a machine boots with which tries the latest backup."""

from __future__ import annotations

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.file import File


def render_drill(environment: Environment, lock: ArtifactLock) -> dict[str, File]:
    """Every file in the bundle of the drill machine, by its path on the machine."""
    return {"/etc/hardway/drill": File(environment.name + lock.environment)}
