"""Whether this host can run a full region, and if not, why, in one line."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

PROGRAMS = ("ip", "nft", "haproxy", "systemd-nspawn", "losetup", "mkfs.ext4")
_CLONE_NEWNS, _CLONE_NEWNET = 0x00020000, 0x40000000


def why_not_full() -> str:
    """Empty when machines can be booted here."""
    if os.geteuid() != 0:
        return "machines need root"
    if not _may_unshare():
        return "this kernel refuses new mount and network namespaces"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return "not installed: " + ", ".join(missing)
    if not Path("/dev/loop-control").exists():
        return "this kernel has no loop devices"
    return ""


def _may_unshare() -> bool:
    child = os.fork()
    if child == 0:
        refused = ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS | _CLONE_NEWNET)
        os._exit(1 if refused else 0)
    return os.waitpid(child, 0)[1] == 0
