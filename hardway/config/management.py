"""The configuration of a `management` stack: what must outlive the clusters that it serves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hardway.config.base import BucketName, Name, Section


class Backups(Section):
    """Where environments keep what brings their clusters back."""

    bucket: BucketName = Field(
        description="Name of the S3 bucket; environments say the same in hardway:management.backup_bucket."
    )
    lock_days: int | None = Field(
        default=None,
        ge=1,
        le=90,
        description="How many days nobody deletes a backup but who may bypass a lock of governance mode, which no role"
        " of this platform may. S3 takes a lock only for a new bucket.",
    )


class Management(Section):
    """What lies beneath environments. `name` is the stack's name; `region` comes from aws:region."""

    kind: Literal["management"] = "management"
    name: Name
    region: str
    backups: Backups
    deletion_protection: bool = Field(
        default=True, description="Refuse to delete the backups, and the key that opens them, until set to false."
    )
