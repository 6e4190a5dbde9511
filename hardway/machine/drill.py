"""Everything that a machine boots with which tries the latest backup, and ends."""

from __future__ import annotations

from typing import Final

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.artifact_plan import artifacts_for
from hardway.machine.backup import backup_settings
from hardway.machine.boot import boot_files
from hardway.machine.file import File
from hardway.machine.template import TEMPLATES, as_file, render_tree

UNITS: Final = {"etcd": ("restore-drill.service",)}
_BOOT: Final = "usr/lib/hardway"
_BOOT_PROGRAMS: Final = ("boot", "artifacts.sh", "aws.sh", "report.sh")


def render_drill(environment: Environment, lock: ArtifactLock) -> dict[str, File]:
    """Every file in the bundle of the drill machine, by its path on the machine.

    It is no node: of what all machines share it has the boot alone. Needs an environment with a management stack.
    """
    boot = {f"/{_BOOT}/{name}": as_file((TEMPLATES / "common" / _BOOT / name).read_text()) for name in _BOOT_PROGRAMS}
    settings = boot_files(
        role="drill",
        bucket=environment.artifacts.bucket,
        secret="",  # what it restores stays on the loopback, in members without certificates
        placements=artifacts_for("drill", lock),
        units=UNITS,
    )
    return {**boot, **settings, **backup_settings(environment), **render_tree("etcd", {}), **render_tree("drill", {})}
