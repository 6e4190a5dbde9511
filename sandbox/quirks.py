"""What this host asks of the machines, as drop-ins in folders that the product's units read anyway.

A container on somebody's box is not an EC2 instance: the host may have cgroup v1, lack a capability, and its
kernel settings belong to its owner. Every such difference is put right here, in a read-only layer between the
base image and the machine's own disk, so that user data and bundle stay what they are on AWS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CAP_SYS_RESOURCE = 24
# One folder per trait of a host; in it, files at the paths that they get in a machine.
FILES = Path(__file__).parent / "host"

# Units of Debian's image that serve nobody in a container, or would wait there for what never comes.
MASKED_UNITS = (
    "systemd-networkd.service",  # the address is set from outside; networkd would wait for the link for ever
    "systemd-networkd.socket",
    "systemd-networkd-wait-online.service",
    "systemd-network-generator.service",
    "systemd-resolved.service",  # the region's resolver is asked directly
    "systemd-udevd.service",  # devices are the host's
    "systemd-udevd-control.socket",
    "systemd-udevd-kernel.socket",
    "systemd-udev-trigger.service",
    "systemd-modules-load.service",  # modules are the host's
    "modprobe@.service",
    "systemd-update-utmp.service",
    "systemd-update-utmp-runlevel.service",
    "systemd-pcrphase.service",
    "systemd-pcrphase-sysinit.service",
    "systemd-timesyncd.service",  # the clock is the host's
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "sys-kernel-config.mount",
    "sys-fs-fuse-connections.mount",
    "dev-hugepages.mount",
    "console-getty.service",  # a login prompt on a log file
    "getty.target",
    "ssh.service",  # `./hw shell` needs no daemon, and host keys cost a second of CPU
    "ssh.socket",
    "e2scrub_reap.service",
    "e2scrub_all.timer",
    "fstrim.timer",
    "apt-daily.timer",  # no way to a mirror, and machines are replaced, not upgraded
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "man-db.timer",
    "uuidd.socket",
    "apparmor.service",  # one kernel, one policy: the host's
    "cloud-init-hotplugd.socket",
    "cloud-init-local.service",  # looks for a disk with data and sets up the network: neither is here
    "cloud-config.service",  # its one module of use runs in the final stage: half a second of CPU per machine
)

# Unit generators for disks, boot loaders and terminals: none is here, and each reload of units runs them all.
MASKED_GENERATORS = (
    "netplan",
    "systemd-bless-boot-generator",
    "systemd-cryptsetup-generator",
    "systemd-debug-generator",
    "systemd-getty-generator",
    "systemd-gpt-auto-generator",
    "systemd-hibernate-resume-generator",
    "systemd-integritysetup-generator",
    "systemd-rc-local-generator",
    "systemd-system-update-generator",
    "systemd-sysv-generator",
    "systemd-veritysetup-generator",
)


@dataclass(frozen=True)
class Host:
    """The traits of this host that machines have to be told of."""

    cgroup_version: Literal[1, 2]
    may_raise_limits: bool  # CAP_SYS_RESOURCE


@dataclass(frozen=True)
class SysctlChange:
    """A setting of the host that machines need; whoever applies it keeps the old value and restores it."""

    name: str
    value: str


def detect() -> Host:
    """The traits of the host that this runs on."""
    capabilities = int(Path("/proc/self/status").read_text().partition("CapEff:")[2].split()[0], 16)
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return Host(2 if unified else 1, bool(capabilities >> CAP_SYS_RESOURCE & 1))


def host_changes() -> list[SysctlChange]:
    """What has to be raised on this host before five machines run: each kubelet and systemd watches files."""
    wanted = {"fs.inotify.max_user_instances": 8192, "fs.inotify.max_user_watches": 1048576}
    current = {name: int(Path("/proc/sys", *name.split(".")).read_text()) for name in wanted}
    return [SysctlChange(name, str(value)) for name, value in wanted.items() if current[name] < value]


def files(host: Host) -> dict[str, Path]:
    """The layer's files: path in the machine to the file of this repository that it is a copy of."""
    traits = [("always", True), ("cgroup-v1", host.cgroup_version == 1), ("no-resource", not host.may_raise_limits)]
    folders = [FILES / trait for trait, given in traits if given]
    return {f"/{path.relative_to(folder)}": path for folder in folders for path in folder.rglob("*") if path.is_file()}


def write_layer(layer: Path, base: Path, region_ca: str, host: Host | None = None) -> None:
    """The region's layer is in `layer`: this host's drop-ins, and trust in the region's own endpoints."""
    for path, source in files(host or detect()).items():
        target = layer / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    units = layer / "etc/systemd/system"
    (units / "sysinit.target.wants").mkdir(exist_ok=True)
    _link(units / "sysinit.target.wants/sandbox-prepare.service", "../sandbox-prepare.service")
    for unit in MASKED_UNITS:
        _link(units / unit, "/dev/null")
    generators = layer / "etc/systemd/system-generators"
    generators.mkdir(exist_ok=True)
    for generator in MASKED_GENERATORS:
        _link(generators / generator, "/dev/null")
    _trust(layer, base, region_ca)


def _trust(layer: Path, base: Path, region_ca: str) -> None:
    certificates = layer / "etc/ssl/certs"
    certificates.mkdir(parents=True, exist_ok=True)
    bundle = (base / "etc/ssl/certs/ca-certificates.crt").read_text()
    (certificates / "ca-certificates.crt").write_text(bundle + region_ca)
    (certificates / "sandbox-region.pem").write_text(region_ca)
    # OpenSSL finds a certificate in a folder by the hash of its subject.
    subject = subprocess.run(
        ["openssl", "x509", "-noout", "-hash"], input=region_ca, capture_output=True, text=True, check=True
    )
    _link(certificates / f"{subject.stdout.strip()}.0", "sandbox-region.pem")


def _link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    os.symlink(target, path)
