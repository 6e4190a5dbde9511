"""The region's log of API calls, one line each: time, access key, service, action, status, duration."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

_READS = ("Describe", "Get", "List", "Head", "BatchGet")


def is_read(action: str) -> bool:
    """Whether a call of this name changes nothing."""
    return action.startswith(_READS)


def line(at: float, key: str, service: str, action: str, status: str, seconds: float) -> str:
    """A call as it is written to the log."""
    return f"{at:.3f} {key} {service} {quote(action, safe=':/')} {status} {seconds * 1000:.0f}ms\n"


def operator_writes(log: Path) -> int:
    """How many successful calls of the operator changed something."""
    calls = [entry.split() for entry in log.read_text().splitlines()] if log.exists() else []
    # Keys of roles begin with ASIA: machines write too, and are not meant.
    return sum(
        key.startswith("AKIA") and status.startswith("2") and not is_read(action)
        for _, key, _, action, status, _ in calls
    )
