"""region.json: which process holds a region's state, and how to reach it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


class StaleRecord(Exception):
    """A record that another version of this program wrote, or that is damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The region in {path.parent} was started by another version of this program, or its record {path.name} is "
            "damaged. Nothing was touched. Use the version that started it, or end it for good with "
            "`./hw sandbox reset` (`python -m sandbox reset`) and begin anew."
        )


@dataclass(frozen=True, kw_only=True)
class RegionRecord:
    """A running region, as every command finds it."""

    pid: int
    started_ticks: int
    endpoint: str
    region: str
    epoch: str
    api_only: bool
    why_api_only: str
    started: float
    access_key: str
    secret_key: str
    ready: bool = False

    def write(self, path: Path) -> None:
        """Replace the record in one step, readable by its owner only."""
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(self), indent=1))
        draft.replace(path)

    @property
    def alive(self) -> bool:
        """Whether the very process that wrote this record still runs; a process id may be reused."""
        return process_start(self.pid) == self.started_ticks


def read_record(path: Path) -> RegionRecord | None:
    """The record, or None when no region was started in this directory. StaleRecord for one that makes no sense."""
    try:
        return RegionRecord(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise StaleRecord(path) from error


def process_start(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None if it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def own_start() -> int:
    """When this process started."""
    start = process_start(os.getpid())
    assert start is not None
    return start
