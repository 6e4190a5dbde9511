"""Leaves nothing of a region: found by its names and its directory, never by what a record claims alone."""

from __future__ import annotations

import os
import shutil
import signal
import time

from sandbox.paths import RegionDirectory
from sandbox.record import read_record


def sweep(directory: RegionDirectory) -> None:
    """End the daemon, then remove what it made."""
    _end_daemon(directory)
    if directory.root.exists():
        shutil.rmtree(directory.root)


def _end_daemon(directory: RegionDirectory) -> None:
    record = read_record(directory.record)
    if not (record and record.alive):
        return
    os.kill(record.pid, signal.SIGKILL)
    while record.alive:
        time.sleep(0.01)
