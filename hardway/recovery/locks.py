"""Locks of a stack whose state is kept by the operator: who holds one, and whether that process is still alive."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The engine tells locks in the text of its error only: backend/diy/lock.go in its source.
_LOCKED = "the stack is currently locked by"
_LOCK = re.compile(r"^\s*(?P<place>\S+): created by (?P<user>.*)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")


@dataclass(frozen=True)
class Lock:
    """One lock on a stack."""

    place: str
    user: str
    host: str
    pid: int
    since: str

    @property
    def is_here(self) -> bool:
        """Whether its process runs, or ran, on this computer."""
        return self.host == socket.gethostname()

    @property
    def is_stale(self) -> bool:
        """Whether its process ran here and has ended. Of other computers nothing is known."""
        return self.is_here and not _runs_pulumi(self.pid)

    def __str__(self) -> str:
        where = "this computer" if self.is_here else self.host
        return f"process {self.pid} of {self.user} on {where}, since {self.since}"


def locks_in(text: str) -> list[Lock]:
    """The locks of which the engine complains; none if it complains of something else."""
    if _LOCKED not in text:
        return []
    found = (_LOCK.match(line) for line in text.splitlines())
    return [Lock(one["place"], one["user"], one["host"], int(one["pid"]), one["since"]) for one in found if one]


def held_by(stack: str, locks: Sequence[Lock]) -> str:
    """What to tell whoever comes second."""
    ends = " or end it with: kill -INT " + " ".join(str(lock.pid) for lock in locks)
    elsewhere = f". If it is sure that it has ended, free the stack with: pulumi cancel -s {stack}"
    return (
        f"stack {stack} is being changed already, by {'; '.join(map(str, locks))}. Nothing was touched. Wait until that"
        f" is done{ends if all(lock.is_here for lock in locks) else elsewhere}"
    )


def _runs_pulumi(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # Somebody else's, and alive.
    name = Path(f"/proc/{pid}/comm")
    # Numbers are given again: another program under that number holds no lock. Where there is no /proc, who is to know.
    return not name.exists() or "pulumi" in name.read_text()
