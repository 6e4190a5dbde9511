"""One control group per machine, in every hierarchy the host has, below a folder of the region's own.

Without this, machines would share one payload group: one machine's systemd would touch another's units, and
neither CPU nor memory could be read per machine. Works on cgroup v1, on v2 and on hosts that mount both.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Puts itself into each group named before `--` and becomes the command after it. A shell and not a fork hook:
# the region that starts machines runs many threads, where code between fork and exec may deadlock.
_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 99; shift; done; shift; exec "$@"'
# A group weighs as much as one process beside it, whatever runs in it: a region as a whole would get as little
# as one compiler. It gets as much as three, which leaves an engine that makes more machines its turn, and its
# machines share that by their CPUs.
_REGION_CPUS = 3
_V2_CONTROLLERS = ("cpu", "cpuset", "memory", "pids", "io")


@dataclass(frozen=True)
class Hierarchy:
    """One mounted cgroup hierarchy: where it is, and whether it is the unified one."""

    mount: Path
    unified: bool


@dataclass(frozen=True)
class Usage:
    """What a machine has used since it was started, and what it holds now."""

    cpu_seconds: float
    memory_bytes: int
    memory_peak_bytes: int


def hierarchies(mountinfo: str) -> tuple[Hierarchy, ...]:
    """The cgroup hierarchies in the text of /proc/self/mountinfo, below /sys/fs/cgroup."""
    found: dict[Path, Hierarchy] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind = after.split(" ", 1)[0]
        mount = Path(before.split()[4])
        if kind in ("cgroup", "cgroup2") and mount.is_relative_to("/sys/fs/cgroup"):
            found[mount] = Hierarchy(mount, unified=kind == "cgroup2")
    return tuple(found.values())


def host_hierarchies() -> tuple[Hierarchy, ...]:
    """The cgroup hierarchies of this host."""
    return hierarchies(Path("/proc/self/mountinfo").read_text())


class Cgroup:
    """A group by path relative to each hierarchy's root, such as `hardway-1a2b/i-0123`."""

    def __init__(self, name: str, found: Sequence[Hierarchy] | None = None) -> None:
        self.name = name
        self._hierarchies = tuple(host_hierarchies() if found is None else found)

    def _folders(self) -> Iterator[tuple[Hierarchy, Path]]:
        for hierarchy in self._hierarchies:
            yield hierarchy, hierarchy.mount / self.name

    def create(self, memory_mib: int | None = None, cpus: int = 1) -> None:
        """The group exists everywhere, with the weight of `cpus` and, if given, a limit on its memory."""
        for hierarchy, folder in self._folders():
            steps = [hierarchy.mount.joinpath(*Path(self.name).parts[:n]) for n in range(1, 10)]
            for step in dict.fromkeys(path for path in steps if path != hierarchy.mount):
                if hierarchy.unified:
                    _enable_controllers(step.parent)
                step.mkdir(exist_ok=True)
                # A v1 cpuset starts empty and takes no process until it is filled.
                for file in ("cpuset.cpus", "cpuset.mems"):
                    if not hierarchy.unified and (step.parent / file).exists():
                        (step / file).write_text((step.parent / file).read_text())
            _weigh(hierarchy.mount / Path(self.name).parts[0], _REGION_CPUS)
            _weigh(folder, cpus)
            limit = folder / ("memory.max" if hierarchy.unified else "memory.limit_in_bytes")
            if memory_mib is not None and limit.exists():
                limit.write_text(str(memory_mib * 2**20))

    def enter_command(self, command: Sequence[str]) -> list[str]:
        """The command line that runs `command` inside the group."""
        return ["/bin/sh", "-c", _ENTER, "sh", *(str(f) for _, f in self._folders()), "--", *command]

    def processes(self) -> list[int]:
        """The ids of all processes in the group and below it."""
        found: set[int] = set()
        for _, folder in self._folders():
            for path, _, _ in os.walk(folder):
                # A group may go between the walk and the read.
                with contextlib.suppress(OSError):
                    found.update(int(line) for line in Path(path, "cgroup.procs").read_text().split())
        return sorted(found)

    def holds(self, process: int) -> bool:
        """Whether the process is in the group or below it."""
        name = f":/{self.name}/"
        return any(name in f"{line}/" for line in _read(Path(f"/proc/{process}/cgroup")).splitlines())

    def wait_empty(self, deadline: float) -> bool:
        """Waits for the last process of the group to end; whether it did."""
        end = time.monotonic() + deadline
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def kill(self, deadline: float = 5.0) -> None:
        """Every process of the group is dead, or a TimeoutError names those that would not die."""
        end = time.monotonic() + deadline
        while left := self.processes():
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if time.monotonic() > end:
                raise TimeoutError(f"processes {left} of {self.name} survive SIGKILL")
            time.sleep(0.01)

    def remove(self, deadline: float = 5.0) -> None:
        """The group and all below it are gone; its processes must have ended before."""
        end = time.monotonic() + deadline
        for _, folder in self._folders():
            while folder.is_dir():
                for path, _, _ in os.walk(folder, topdown=False):
                    try:
                        os.rmdir(path)
                    except OSError as error:
                        # EBUSY: a process that has just died is not quite gone yet.
                        if error.errno not in (errno.EBUSY, errno.ENOENT) or time.monotonic() > end:
                            raise
                        time.sleep(0.01)

    def usage(self) -> Usage:
        """CPU time and memory of the whole group; zeros where the host does not count them."""
        cpu, now, peak = 0.0, 0, 0
        for hierarchy, folder in self._folders():
            if hierarchy.unified:
                stat = dict(line.split() for line in _read(folder / "cpu.stat").splitlines())
                cpu = max(cpu, int(stat.get("usage_usec", 0)) / 1e6)
            else:
                cpu = max(cpu, int(_read(folder / "cpuacct.usage") or 0) / 1e9)
            now = max(now, *(int(_read(folder / f) or 0) for f in ("memory.current", "memory.usage_in_bytes")))
            peak = max(peak, *(int(_read(folder / f) or 0) for f in ("memory.peak", "memory.max_usage_in_bytes")))
        return Usage(cpu, now, peak)


def remove_folder(name: str) -> None:
    """What is left of a region's folder ends: its processes are killed, its groups removed."""
    folder = Cgroup(name)
    folder.kill()
    folder.remove()


def _weigh(folder: Path, cpus: int) -> None:
    for file, of_one in (("cpu.shares", 1024), ("cpu.weight", 100)):
        if (folder / file).exists():
            (folder / file).write_text(str(of_one * cpus))


def _enable_controllers(folder: Path) -> None:
    available = _read(folder / "cgroup.controllers").split()
    wanted = " ".join(f"+{name}" for name in _V2_CONTROLLERS if name in available)
    if wanted:
        (folder / "cgroup.subtree_control").write_text(wanted)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
