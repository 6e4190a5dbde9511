"""EBS volumes of the sandbox: sparse image files in memory, behind loop devices.

They live exactly as long as the region's state, which is in memory, too. On the host's disk every sync of an etcd
would wait for whatever else the box writes: 80 ms each while five machines unpack, against 0.1 ms here.

A loop device is found by the file that backs it, never by its number, so another program's devices are not
touched and a region that has lost its memory can still clean up.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path


class VolumeError(Exception):
    """A loop device could not be made or released; the message is losetup's own."""


def keep_in_memory(folder: Path) -> None:
    """The folder is a file system in memory, which takes what is written and no more."""
    if not os.path.ismount(folder):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0700", "hardway-volumes", folder], check=True)


def create(image: Path, size_gib: int) -> None:
    """The image exists with at least this size; what is in it already stays."""
    image.parent.mkdir(parents=True, exist_ok=True)
    with open(image, "ab") as file:
        file.truncate(max(size_gib * 2**30, image.stat().st_size))


def attached(image: Path) -> Path | None:
    """The loop device that this image is behind, if any."""
    report = _losetup("--json", "--list", "--output", "NAME", "--associated", str(image))
    devices = json.loads(report)["loopdevices"] if report.strip() else []
    return Path(devices[0]["name"]) if devices else None


def attach(image: Path) -> Path:
    """The image is behind a loop device of its own, which is returned."""
    return attached(image) or Path(_losetup("--find", "--show", str(image)).strip())


def detach(image: Path) -> None:
    """No loop device holds this image; one that is still mounted goes with its last mount."""
    while device := attached(image):
        _losetup("--detach", str(device))
        if attached(image) == device:
            return


def _losetup(*arguments: str) -> str:
    done = subprocess.run(["losetup", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise VolumeError(f"losetup {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
