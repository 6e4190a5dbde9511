"""What the templates of etcd need to know about one member."""

from __future__ import annotations

from typing import Final

from hardway.config.environment import Environment

_GIB: Final = 1 << 30
_MOST_BYTES: Final = 8 * _GIB
"""Above this etcd itself warns."""


def etcd_values(environment: Environment, member: str) -> dict[str, object]:
    """Values for the templates of `member`."""
    return {
        "member": member,
        "address": environment.control_plane.members[member].address,
        "quota_bytes": quota_bytes(environment.control_plane.etcd_volume_gib),
    }


def quota_bytes(volume_gib: int) -> int:
    """How large the database may grow on a volume: a third, because defragmenting writes it a second
    time, and the logs and snapshots of raft need what is left."""
    return min(_MOST_BYTES, volume_gib * _GIB // 3)
