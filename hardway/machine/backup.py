"""What control planes of an environment with a management stack have beyond others: they back etcd up."""

from __future__ import annotations

from typing import Final

from hardway.config.environment import Environment
from hardway.machine.file import File
from hardway.machine.template import render_tree
from hardway.machine.user_data import environment_file

TIMER: Final = "etcd-backup.timer"


def backup_files(environment: Environment) -> dict[str, File]:
    """Timer, service and program, or nothing where nothing takes backups."""
    if environment.management is None:
        return {}
    return {**render_tree("backup", {}), **backup_settings(environment)}


def backup_units(environment: Environment) -> dict[str, tuple[str, ...]]:
    """What the boot starts for it, by group of artifacts: last of all, after `etcdutl` is there."""
    return {} if environment.management is None else {"tools": (TIMER,)}


def backup_settings(environment: Environment) -> dict[str, File]:
    """The bucket, and what a backup says of its cluster."""
    if environment.management is None:
        raise ValueError(f"{environment.name} has no management stack, so there is no backup bucket")
    values = {
        "HW_BACKUP_BUCKET": environment.management.backup_bucket,
        "HW_KUBERNETES_VERSION": environment.versions.kubernetes,
    }
    return {"/etc/hardway/backup.env": File(environment_file(values))}
