"""What this host asks of the machines, as drop-ins in folders that the product's units read anyway.

A container on somebody's box is not an EC2 instance: the host may have cgroup v1, lack a capability, and its
kernel settings belong to its owner. Every such difference is put right here, in a read-only layer between the
base image and the machine's own disk, so that user data and bundle stay what they are on AWS.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CAP_SYS_RESOURCE = 24

# `network`: /proc/sys/net is the machine's own and writable; the rest of /proc/sys and /sys is the host's and
# stays read-only. It also tells systemd that no udev runs, so that mount units don't wait for device units.
NSPAWN_ENVIRONMENT = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
NSPAWN_OPTIONS = (
    "--register=no",  # there may be no machined on the host
    "--keep-unit",  # nor a systemd that could make a scope: the control group is ours
    "--capability=all",  # runc, kubelet and kube-proxy are root on a machine of their own
    "--system-call-filter=@keyring bpf",  # runc: session keys, and device rules on cgroup v2
    "--console=read-only",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
)

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

# Kernel settings without a namespace are the host's and read-only here. Kubelet insists on these (with
# protectKernelDefaults), so each machine gets files of its own over them: a write works, stays in the machine
# and reads back. Others that the product sets it may fail to set.
KUBELET_SYSCTLS = (
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)

# One process for all settings: one for each would cost five booting machines a second.
_PREPARE = """\
#!/bin/sh
# Runs first on each boot: what the container manager mounts read-only and this machine needs to write.
set -eu
mkdir -p /run/host-sysctl
cd /proc/sys
settings="{sysctls}"
set -- $(cat $settings)
for setting in $settings; do
    echo "$1" > "/run/host-sysctl/${{setting##*/}}"
    echo "/run/host-sysctl/${{setting##*/}} /proc/sys/$setting none bind"
    shift
done > /run/host-sysctl/fstab
# The v1 hierarchies are mounted read-only, although they show this machine's own part only.
while read -r _ folder type options _; do
    case "$type $options" in
        "cgroup ro"*) echo "none $folder none remount,bind,rw" ;;
    esac
done < /proc/mounts >> /run/host-sysctl/fstab
echo "none /sys none remount,bind,rw" >> /run/host-sysctl/fstab
mount --all --fstab /run/host-sysctl/fstab
# cloud-init takes a machine for an EC2 instance, and asks for metadata tokens, by what the hypervisor shows.
mkdir -p /sys/hypervisor
echo ec2e0000-0000-0000-0000-000000000000 > /sys/hypervisor/uuid
mount -o remount,bind,ro /sys
"""

_PREPARE_UNIT = """\
[Unit]
Description=Make this host's kernel interfaces fit for a machine
DefaultDependencies=no
Before=sysinit.target systemd-sysctl.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/lib/sandbox/prepare
[Install]
WantedBy=sysinit.target
"""

_CLOUD_INIT = """\
# Debian's EC2 image asks Ec2 only, too. A container has no DMI data that says EC2, hence strict_id.
datasource_list: [ Ec2 ]
datasource:
  Ec2:
    strict_id: false
    metadata_urls: [ "http://169.254.169.254" ]
    timeout: 5
    max_wait: 60
network: {config: disabled}
# The stages that user data uses, without those that find nothing to do in a container (partitions, swap, boot
# loader, SSH keys, package sources) but cost each machine a second of CPU.
cloud_init_modules: [seed_random, bootcmd, write-files, set_hostname, update_hostname, ca-certs, users-groups]
cloud_config_modules: []
cloud_final_modules: [runcmd, scripts-vendor, scripts-per-once, scripts-per-boot, scripts-per-instance,
  scripts-user, final-message]
"""

_KUBELET_EVICTION = """\
# The disk is the host's: a tenth of it may be a lot, and its fill is not the machine's doing.
evictionHard:
  memory.available: 100Mi
  nodefs.available: 1Gi
  nodefs.inodesFree: "1000"
  imagefs.available: 1Gi
  imagefs.inodesFree: "1000"
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
"""

_KUBELET_CGROUP_V1 = """\
# The host has cgroup v1, which kubelet refuses unless told otherwise; systemd in a container can't hand out v1
# groups, so they are made directly. Each machine sees its own part of each hierarchy as the root.
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /
"""

_RUNTIME = "[plugins.'io.containerd.cri.v1.runtime']\n"
_RUNC = "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]\n"


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


def files(host: Host) -> dict[str, str]:
    """The layer's files by absolute path."""
    header = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
    kubelet = header + _KUBELET_EVICTION
    containerd = "version = 3\n"
    if not host.may_raise_limits:
        # Containers ask for a lower OOM score than their parent's, which takes CAP_SYS_RESOURCE.
        containerd += _RUNTIME + "restrict_oom_score_adj = true\n"
    if host.cgroup_version == 1:
        kubelet += _KUBELET_CGROUP_V1
        containerd += _RUNC + "SystemdCgroup = false\n"
    return {
        "/etc/kubernetes/kubelet.conf.d/99-host.conf": kubelet,
        "/etc/containerd/conf.d/99-host.toml": containerd,
        "/etc/cloud/cloud.cfg.d/99-host.cfg": _CLOUD_INIT,
        # There is one source to look at, so cloud-init's search for others is skipped.
        "/etc/cloud/ds-identify.cfg": "policy: enabled\n",
        # The product's boot starts in cloud-init's network stage; what cloud-init does after it can wait.
        "/etc/systemd/system/cloud-final.service.d/99-host.conf": "[Service]\nNice=10\n",
        # kubelet reads kernel messages; the journals of all machines need not hold the host's.
        "/etc/tmpfiles.d/host.conf": "c /dev/kmsg 0600 root root - 1:11\nc /dev/fuse 0666 root root - 10:229\n",
        "/etc/systemd/journald.conf.d/99-host.conf": "[Journal]\nReadKMsg=no\nAudit=no\n",
        "/etc/systemd/system/sandbox-prepare.service": _PREPARE_UNIT,
        "/usr/lib/sandbox/prepare": _PREPARE.format(sysctls=" ".join(KUBELET_SYSCTLS)),
    }


def write_layer(layer: Path, base: Path, region_ca: str, host: Host | None = None) -> None:
    """The region's layer is in `layer`: this host's drop-ins, and trust in the region's own endpoints."""
    for path, content in files(host or detect()).items():
        target = layer / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    (layer / "usr/lib/sandbox/prepare").chmod(0o755)
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
