"""Kernel settings of the host that a region raises, and how they go back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sandbox.paths import RegionDirectory


def apply(directory: RegionDirectory, wanted: Mapping[str, str]) -> None:
    """Set each; its old value is on record before it is touched."""
    changed = _recorded(directory)
    for name, value in wanted.items():
        changed.setdefault(name, {"before": _path(name).read_text().strip(), "after": value})
    directory.changes.write_text(json.dumps(changed))
    for name, value in wanted.items():
        _path(name).write_text(value)


def restore(directory: RegionDirectory) -> None:
    """Put back what nobody else has changed since."""
    for name, change in _recorded(directory).items():
        if _path(name).read_text().strip() == change["after"]:
            _path(name).write_text(change["before"])
    directory.changes.unlink(missing_ok=True)


def _recorded(directory: RegionDirectory) -> dict[str, dict[str, str]]:
    if not directory.changes.exists():
        return {}
    found: dict[str, dict[str, str]] = json.loads(directory.changes.read_text())
    return found


def _path(name: str) -> Path:
    return Path("/proc/sys", *name.split("."))
