"""One machine of the sandbox: Debian's own init in a container that behaves like an instance.

The root is an overlay of the machine's own disk over the region's layer over the base image. Nothing about a
running machine is kept in memory or in a state file: it is found by its directory and its control group, so a
region that was killed can be cleaned up by the next one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import devices, nspawn
from sandbox.cgroups import Cgroup, Usage

CONSOLE_LIMIT = 64 * 1024  # what EC2's GetConsoleOutput keeps
# systemd's own request to power off in good order.
POWER_OFF = signal.SIGRTMIN + 4
# Folders that must not lie on an overlay: containers' own overlays can't be stacked on one.
OWN_FOLDERS = ("/var/lib/containerd", "/var/lib/kubelet")
PATH = "/opt/hardway/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class MachineError(Exception):
    """A machine could not be started; the message says where its console log is."""


@dataclass(frozen=True, kw_only=True)
class MachineSpec:
    """What makes a machine. `layers` are the read-only layers below its disk, topmost first."""

    instance_id: str
    name: str
    namespace: str
    directory: Path
    layers: tuple[Path, ...]
    memory_mib: int
    vcpus: int
    volumes: Mapping[str, Path] = field(default_factory=dict)
    resolver: str = "169.254.169.253"


class Machine:
    """A machine by its spec, running or not."""

    def __init__(self, spec: MachineSpec) -> None:
        self.spec = spec
        # The namespace hw<id>-<tail> says which region the machine belongs to.
        self.region_folder = "hardway-" + spec.namespace.partition("-")[0].removeprefix("hw")
        self.cgroup = Cgroup(f"{self.region_folder}/{spec.instance_id}")
        self._container: subprocess.Popen[bytes] | None = None
        self._leader: int | None = None

    def boot(self, deadline: float = 30.0) -> None:
        """The machine's init is running, with its volumes attached."""
        if self.alive():
            return
        self._release()
        self._mount()
        self.cgroup.create(self.spec.memory_mib, self.spec.vcpus)
        command = nspawn.command(
            machine=self.spec.instance_id,
            hostname=self.spec.name.partition(".")[0],
            root=self._path("root"),
            network_namespace=self.spec.namespace,
            binds={folder: self._path(f"data{folder}") for folder in OWN_FOLDERS},
        )
        console = open(self._path("console.log"), "ab")  # noqa: SIM115 (the container keeps it open)
        errors = open(self._path("nspawn.log"), "ab")  # noqa: SIM115
        with console, errors:
            self._container = subprocess.Popen(
                self.cgroup.enter_command(command),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=errors,
                env={"PATH": PATH} | nspawn.ENVIRONMENT,
                start_new_session=True,
            )
        end = time.monotonic() + deadline
        while self.leader_pid is None:
            if self._container.poll() is not None or time.monotonic() > end:
                reason = self._path("nspawn.log").read_text(errors="replace").strip().splitlines()[-3:]
                self.kill()
                raise MachineError(f"{self.spec.name} did not start: {' '.join(reason) or 'no reason given'}")
            time.sleep(0.01)
        for volume_id, device in self.spec.volumes.items():
            self.attach(volume_id, device)

    @property
    def leader_pid(self) -> int | None:
        """The machine's init as this host numbers it, or None while nothing runs."""
        # Asked for often, and a search reads the state of every process: the last answer is tried first.
        known = [] if self._leader is None else [self._leader]
        for process in (*known, *self.cgroup.processes()):
            if nspawn.is_init(process) and self.cgroup.holds(process):
                self._leader = process
                return process
        return None

    @property
    def manager_pid(self) -> int | None:
        """A process that lasts as long as the machine, through its reboots, while this process started it."""
        return None if self._container is None else self._container.pid

    def alive(self) -> bool:
        """Whether anything of the machine runs; false too after it has powered itself off."""
        if self._container is not None:
            self._container.poll()
        return bool(self.cgroup.processes())

    def attach(self, volume_id: str, device: Path) -> None:
        """The volume is one of the machine's disks, now and after a reboot."""
        devices.add(self._live_root(), volume_id, device)

    def detach(self, volume_id: str) -> None:
        """The volume is none of the machine's disks any more."""
        devices.remove(self._live_root(), volume_id)

    def console(self) -> str:
        """The end of what the machine has written to its console."""
        try:
            text = self._path("console.log").read_bytes()
        except FileNotFoundError:
            return ""
        return text[-CONSOLE_LIMIT:].decode(errors="replace")

    def shell(self, argv: Sequence[str] = ("/bin/bash", "-l")) -> int:
        """Runs a command in the machine on the caller's terminal; its exit code."""
        return subprocess.call(self._inside(argv))

    def run(self, argv: Sequence[str], timeout: float = 30.0) -> subprocess.CompletedProcess[str]:
        """Runs a command in the machine and captures what it prints."""
        command = self._inside(argv)
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)

    def usage(self) -> Usage:
        """CPU time and memory of everything in the machine since it was started."""
        return self.cgroup.usage()

    def stop(self, deadline: float = 30.0) -> None:
        """The machine is off and its disk is kept: powered off in good order, or cut off at the deadline."""
        if leader := self.leader_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(leader, POWER_OFF)
            end = time.monotonic() + deadline
            while self.alive() and time.monotonic() < end:
                time.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """The machine is off at once, as when its power fails; its disk is kept."""
        if leader := self.leader_pid:
            # The kernel ends a PID namespace with its first process: nothing gets to run after it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)
        self._release()

    def destroy(self) -> None:
        """The machine is off and nothing of it is left, its disk included."""
        self.kill()
        shutil.rmtree(self.spec.directory, ignore_errors=False)

    def _path(self, name: str) -> Path:
        return self.spec.directory / name

    def _running_leader(self) -> int:
        if (leader := self.leader_pid) is None:
            raise MachineError(f"{self.spec.name} is not running")
        return leader

    def _live_root(self) -> Path:
        """The running machine's root as this host sees it, its own /dev included."""
        return Path(f"/proc/{self._running_leader()}/root")

    def _inside(self, argv: Sequence[str]) -> list[str]:
        leader = self._running_leader()
        environment = ["env", "-i", f"PATH={PATH}", "HOME=/root", f"TERM={os.environ.get('TERM', 'dumb')}"]
        return ["nsenter", f"--target={leader}", "--all", *environment, *argv]

    def _mount(self) -> None:
        for name in ("upper", "work", "root", *(f"data{folder}" for folder in OWN_FOLDERS)):
            self._path(name).mkdir(parents=True, exist_ok=True)
        os.chmod(self.spec.directory, 0o700)
        # `volatile`: the disk lives as long as this host runs, as the region does, so nothing has to be
        # synced to it. Its mark from a run before would refuse the next mount.
        shutil.rmtree(self._path("work/work/incompat"), ignore_errors=True)
        layers = ":".join(str(layer) for layer in self.spec.layers)
        options = f"lowerdir={layers},upperdir={self._path('upper')},workdir={self._path('work')},volatile"
        subprocess.run(
            ["mount", "-t", "overlay", "-o", options, f"hardway-{self.spec.instance_id}", self._path("root")],
            check=True,
        )
        etc = self._path("root/etc")
        (etc / "hostname").write_text(f"{self.spec.name}\n")
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {self.spec.name}\n::1 localhost\n")
        (etc / "resolv.conf").write_text(f"nameserver {self.spec.resolver}\n")

    def _release(self) -> None:
        """What a machine that has ended leaves behind on the host goes: processes, mounts, groups, locks."""
        # The container manager tidies up after itself, if it gets the moment for it.
        self.cgroup.wait_empty(3.0)
        self.cgroup.kill()
        if self._container is not None:
            self._container.wait()
            self._container = None
        root, lock = self._path("root"), None
        while os.path.ismount(root):
            lock = nspawn.lock_of(root)
            subprocess.run(["umount", root], check=True)
        self.cgroup.remove()
        nspawn.remove_leftovers(self.spec.instance_id, lock)
