"""The container manager, systemd-nspawn: how it is called for a machine, and what it leaves behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from pathlib import Path

# `network`: /proc/sys/net is the machine's own and writable; the rest of /proc/sys and /sys is the host's and
# stays read-only. It also tells systemd that no udev runs, so that mount units don't wait for device units.
ENVIRONMENT = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
_OPTIONS = (
    "--register=no",  # there may be no machined on the host
    "--keep-unit",  # nor a systemd that could make a scope: the control group is ours
    "--capability=all",  # runc, kubelet and kube-proxy are root on a machine of their own
    "--system-call-filter=@keyring bpf",  # runc: session keys, and device rules on cgroup v2
    "--console=read-only",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
)
RUN = Path("/run/systemd/nspawn")
# It ends with 133 when the machine reboots, for its caller to start it again.
_START_AGAIN = 'while "$@"; [ $? = 133 ]; do :; done'


def command(*, machine: str, hostname: str, root: Path, network_namespace: str, binds: Mapping[str, Path]) -> list[str]:
    """The command that boots `root`, and boots it again whenever it reboots itself."""
    return [
        *("/bin/sh", "-c", _START_AGAIN, "sh"),
        "systemd-nspawn",
        "--quiet",
        "--boot",
        f"--directory={root}",
        f"--machine={machine}",
        f"--hostname={hostname}",
        f"--uuid={uuid.uuid5(uuid.NAMESPACE_OID, machine)}",
        f"--network-namespace-path=/run/netns/{network_namespace}",
        *_OPTIONS,
        *(f"--bind={source}:{target}" for target, source in binds.items()),
    ]


def is_init(process: int) -> bool:
    """Whether this is a container's init: first of a PID namespace right below this host's, and not a zombie."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    # Two numbers, the second 1. The first processes of pods have three.
    numbers = fields["NSpid"].split()
    return len(numbers) == 2 and numbers[1] == "1" and "Z" not in fields["State"]


def lock_of(root: Path) -> Path:
    """The lock it holds while something runs from `root`."""
    identity = os.stat(root)
    return RUN / "locks" / f"inode-{identity.st_dev}:{identity.st_ino}"


def remove_leftovers(machine: str, lock: Path | None) -> None:
    """What it leaves when it is killed is gone; nothing of the machine may run any more."""
    folder = RUN / "propagate" / machine
    if folder.is_dir():
        folder.rmdir()
    if lock is not None:
        lock.unlink(missing_ok=True)
