"""What this computer must have: for previews, for building the binaries, for a sandbox with machines, for the tests."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hardway.cli.paths import cache_directory

Use = Literal["everything", "building", "sandbox", "tests"]

_CAP_SYS_ADMIN = 21
_CAP_NET_ADMIN = 12


@dataclass(frozen=True)
class Finding:
    """How one requirement is met here."""

    met: bool
    found: str


@dataclass(frozen=True)
class Requirement:
    """One thing that is needed, what for, and how to get it."""

    name: str
    use: Use
    look: Callable[[], Finding]
    fix: str
    packages: tuple[str, ...] = ()


def requirements() -> list[Requirement]:
    """All of them, in the order in which they matter."""
    return [
        Requirement("Python 3.11", "everything", _python, "install Python 3.11 or later"),
        _command("git", "everything", "git"),
        Requirement("disk space", "building", _disk, "free 15 GiB where the cache is, or set HARDWAY_CACHE elsewhere"),
        _command("gcc", "building", "gcc"),
        _file("C library headers", "building", "/usr/include/stdlib.h", "libc6-dev"),
        _file("libseccomp headers", "building", "/usr/include/seccomp.h", "libseccomp-dev"),
        _command("pkg-config", "building", "pkg-config"),
        Requirement("Linux", "sandbox", _linux, "use a Linux computer, or ./hw preview, which runs anywhere"),
        Requirement("root", "sandbox", _root, "run as root; without it the region is API-only and boots no machines"),
        Requirement("namespaces", "sandbox", _namespaces, "give the container CAP_SYS_ADMIN and CAP_NET_ADMIN"),
        Requirement("memory", "sandbox", _memory, "free 3 GiB of memory: five machines take that much"),
        _command("systemd-nspawn", "sandbox", "systemd-container"),
        _command("debootstrap", "sandbox", "debootstrap"),
        _file("Debian's keys", "sandbox", "/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring"),
        _command("haproxy", "sandbox", "haproxy"),
        _command("nft", "sandbox", "nftables"),
        _command("ip", "sandbox", "iproute2"),
        _command("mkfs.ext4", "sandbox", "e2fsprogs"),
        _command("losetup", "sandbox", "mount"),
        _command("chromium", "tests", "chromium"),
    ]


def missing_for_sandbox() -> list[Requirement]:
    """Programs that a sandbox with machines needs and this computer lacks. Without root the region is API-only, so
    nothing is missing then."""
    if not _root().met or not _namespaces().met:
        return []
    return [each for each in requirements() if each.use == "sandbox" and each.packages and not each.look().met]


def short_for_sandbox() -> list[Requirement]:
    """Memory and disk, if a sandbox with machines needs more of them than is free. An API-only one needs little."""
    if not _root().met or not _namespaces().met:
        return []
    return [each for each in requirements() if each.name in ("memory", "disk space") and not each.look().met]


def _command(command: str, use: Use, package: str) -> Requirement:
    def look() -> Finding:
        path = shutil.which(command, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        return Finding(path is not None, path or "not found")

    return Requirement(command, use, look, f"apt-get install {package}", (package,))


def _file(name: str, use: Use, path: str, package: str) -> Requirement:
    def look() -> Finding:
        return Finding(Path(path).exists(), path if Path(path).exists() else f"no {path}")

    return Requirement(name, use, look, f"apt-get install {package}", (package,))


def _python() -> Finding:
    return Finding(sys.version_info >= (3, 11), platform.python_version())


def _linux() -> Finding:
    return Finding(sys.platform == "linux", f"{platform.system()} {platform.release()}")


def _root() -> Finding:
    user = os.geteuid()
    return Finding(user == 0, "root" if user == 0 else f"user {user}")


def _namespaces() -> Finding:
    status = Path("/proc/self/status")
    if not status.exists():
        return Finding(False, "no /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff:"))
    effective = int(line.split()[1], 16)
    capable = all(effective >> capability & 1 for capability in (_CAP_SYS_ADMIN, _CAP_NET_ADMIN))
    kinds = all(Path(f"/proc/self/ns/{kind}").exists() for kind in ("net", "mnt", "pid", "uts"))
    return Finding(capable and kinds, "may be made" if capable and kinds else "may not be made here")


def _memory() -> Finding:
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return Finding(False, "unknown")
    line = next(line for line in meminfo.read_text().splitlines() if line.startswith("MemAvailable:"))
    gib = int(line.split()[1]) / 2**20
    return Finding(gib >= 3, f"{gib:.1f} GiB available")


def _disk() -> Finding:
    place = cache_directory()
    while not place.exists():
        place = place.parent
    gib = shutil.disk_usage(place).free / 2**30
    needed = 3 if (cache_directory() / "objects").is_dir() else 15
    return Finding(gib >= needed, f"{gib:.0f} GiB free at {place}, {needed} needed")
