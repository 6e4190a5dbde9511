"""Leaves nothing of a region: found by its names and its directory, never by what a record claims alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from sandbox import hosts_file, network, nspawn, sysctls, volumes
from sandbox.cgroups import remove_folder
from sandbox.paths import RegionDirectory
from sandbox.record import StaleRecord, process_start, read_record


def sweep(directory: RegionDirectory) -> None:
    """End the region's processes, then remove what they made: it may have been killed, or the box rebooted."""
    # What another version started is found by its command line alone.
    with contextlib.suppress(StaleRecord):
        record = read_record(directory.record)
        if record and record.alive:
            _end([record.pid])
    _end(_own_processes(directory))
    if os.geteuid() == 0:
        remove_folder("hardway-" + directory.prefix.removeprefix("hw"))
        # Before the file system that the images are in.
        for image in directory.volume("x").parent.glob("*.img"):
            volumes.detach(image)
        roots = {folder.name: folder / "root" for folder in directory.machine("x").parent.glob("*")}
        # Known by the identity of the mounted root only, so before it goes.
        locks = {machine: nspawn.lock_of(root) for machine, root in roots.items() if os.path.ismount(root)}
        for mount in _mounts_below(directory.root):
            subprocess.run(["umount", "--lazy", mount], check=True)
        for machine in roots:
            nspawn.remove_leftovers(machine, locks.get(machine))
        network.tear_down(directory)
        hosts_file.write(directory.prefix, [])
        sysctls.restore(directory)
    if directory.root.exists():
        shutil.rmtree(directory.root)


def _own_processes(directory: RegionDirectory) -> list[int]:
    """Daemons and haproxies of this directory: they carry one of its paths in their command line."""
    needles = (str(directory.root) + "\0", str(directory.run) + "/")
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        mine = command.partition("\0")[0].endswith("haproxy") or "\0sandbox.region\0" in command
        if mine and any(needle in command for needle in needles):
            found.append(int(path.parent.name))
    return found


def _end(processes: list[int]) -> None:
    starts = {process: process_start(process) for process in processes}
    for process in processes:
        os.kill(process, signal.SIGKILL)
    while any(start is not None and process_start(process) == start for process, start in starts.items()):
        time.sleep(0.01)


def _mounts_below(root: Path) -> list[str]:
    found = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return sorted((mount for mount in found if mount.startswith(f"{root}/")), reverse=True)
