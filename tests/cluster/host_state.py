"""What a region may change on its host, as facts that can be compared before and after."""

from __future__ import annotations

import subprocess
from pathlib import Path

SYSCTLS = (
    "fs/inotify/max_user_instances",
    "fs/inotify/max_user_watches",
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/forwarding",
    "net/bridge/bridge-nf-call-iptables",
    "net/netfilter/nf_conntrack_max",
    "kernel/keys/root_maxkeys",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
)
# In the one hierarchy of a host with version 2 alone; in each controller's, and in `unified`, of any other.
CGROUPS = ("hardway*", "*/hardway*")


def host_state(region: Path) -> dict[str, object]:
    """Everything that must be the same after a reset; `region` is the region's own folder."""
    mounts = {line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()}
    return {
        "processes that name the region": _processes(str(region)),
        "network namespaces": sorted(_lines("ip", "netns", "list")),
        "links": sorted(line.split(":")[1].strip() for line in _lines("ip", "-o", "link")),
        "routes": sorted(_lines("ip", "route")),
        "nftables of the host": _lines("nft", "list", "ruleset"),
        "mounts": sorted(mounts),
        "loop devices": sorted(_lines("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE")),
        "cgroups": _found("/sys/fs/cgroup", *CGROUPS),
        "leftovers in /run": _found("/run", "systemd/nspawn/locks/*", "systemd/nspawn/propagate/*", "netns/*"),
        "sysctls": {key: Path("/proc/sys", key).read_text() for key in SYSCTLS if Path("/proc/sys", key).exists()},
        "hosts file": Path("/etc/hosts").read_text(),
        "files of the region": region.exists(),
    }


def _found(folder: str, *patterns: str) -> list[str]:
    return sorted({str(path) for pattern in patterns for path in Path(folder).glob(pattern)})


def _lines(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def _processes(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if text in command:
            found.append(command)
    return sorted(found)
