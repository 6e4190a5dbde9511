"""What machines write beside and about backups, as JSON in buckets.

Keys that are unknown here are passed over: on the worst day an older checkout must read what newer machines wrote. What
it could not understand has another `format`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

BUMP: Final = 1_000_000_000
"""By how much a restored cluster's revisions go up: above all that clients of the lost one can have seen."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Digest(_Document):
    """The objects below one prefix: how many, and one hash over their keys, values and versions."""

    count: int
    sha256: str


class Manifest(_Document):
    """What a backup says of itself. The digests are those of the living cluster at that revision, not of the file."""

    format: Literal[1]
    environment: str
    taken_at: datetime
    member: str
    etcd_version: str
    kubernetes_version: str
    revision: int
    etcd_hash: int
    total_keys: int
    snapshot_bytes: int
    snapshot_sha256: str
    digests: Mapping[str, Digest]
    seconds: Mapping[str, float]

    @property
    def restored_revision(self) -> int:
        """The revision at which a cluster that was restored from it holds exactly what it holds."""
        return self.revision + BUMP


class Latest(Manifest):
    """The pointer to an environment's newest backup, which is written after it."""

    key: str


class DrillResult(_Document):
    """How a restore drill went, as its machine writes it; `failed` says why it did not come to its end."""

    format: Literal[1]
    backup: str | None = None
    """Its key; None if the drill failed before it knew."""
    taken_at: datetime | None = None
    equal: bool
    differences: tuple[str, ...] = ()
    keys: int = 0
    snapshot_bytes: int = 0
    members: int = 0
    seconds: Mapping[str, float]
    failed: str | None = None


class Restored(_Document):
    """What a restored cluster holds at its first revision, as the member that leads it writes it."""

    member: str
    revision: int
    cluster_id: str = ""
    digests: Mapping[str, Digest]
    seconds: Mapping[str, float] = {}


def differences(wanted: Mapping[str, Digest], found: Mapping[str, Digest]) -> list[str]:
    """One line for each prefix below which two clusters do not hold the same."""
    lines = []
    for prefix in sorted({*wanted, *found}):
        before, after = wanted.get(prefix), found.get(prefix)
        if before == after:
            continue
        counts = f"{before.count if before else 0} objects before, {after.count if after else 0} now"
        same = before is not None and after is not None and before.count == after.count
        lines.append(f"{prefix}: {counts}{', with other content' if same else ''}")
    return lines
