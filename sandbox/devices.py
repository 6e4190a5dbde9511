"""Volumes as the disks of a running machine, under the names that EC2 gives them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_MOST_DISKS = 26


def by_id(volume_id: str) -> str:
    """The name below /dev/disk/by-id that udev gives to an EBS volume on a Nitro instance."""
    return "nvme-Amazon_Elastic_Block_Store_" + volume_id.replace("-", "")


def add(root: Path, volume_id: str, device: Path) -> None:
    """The machine with this live root has the volume as an NVMe disk, now and after each reboot."""
    link = root / "dev/disk/by-id" / by_id(volume_id)
    if link.is_symlink():
        return
    taken = {path.name for path in (root / "dev").glob("nvme*n1")}
    name = next(name for n in range(1, _MOST_DISKS) if (name := f"nvme{n}n1") not in taken)
    number = device.stat().st_rdev
    # There is no udev in a machine: systemd-tmpfiles makes the nodes again when it reboots.
    record = _record(root, volume_id)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(
        f"b /dev/{name} 0660 root disk - {os.major(number)}:{os.minor(number)}\n"
        f"L /dev/disk/by-id/{by_id(volume_id)} - - - - ../../{name}\n"
    )
    os.mknod(root / "dev" / name, 0o660 | stat.S_IFBLK, number)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(f"../../{name}")


def remove(root: Path, volume_id: str) -> None:
    """The volume's names are gone from the machine; what has it open keeps it until it is closed."""
    link = root / "dev/disk/by-id" / by_id(volume_id)
    if link.is_symlink():
        (root / "dev" / link.readlink().name).unlink(missing_ok=True)
        link.unlink()
    _record(root, volume_id).unlink(missing_ok=True)


def _record(root: Path, volume_id: str) -> Path:
    return root / "etc/tmpfiles.d" / f"{volume_id}.conf"
