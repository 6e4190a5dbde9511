"""Kernel settings of every machine, each with who needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardway.machine.file import File

SYSCTLS_PATH: Final = "/usr/lib/sysctl.d/60-hardway.conf"
"""In the vendor's folder: an image may override single keys in `/etc/sysctl.d`."""

_SYSCTLS: Final[dict[str, str]] = {
    # kubelet's protectKernelDefaults refuses to start without these.
    "kernel.keys.root_maxbytes": "25000000",
    "kernel.keys.root_maxkeys": "1000000",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "vm.overcommit_memory": "1",
    "vm.panic_on_oom": "0",
    # Pods: routed between machines, and seen by nftables when they share a bridge.
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    # Many pods: watches, processes, files, neighbors, mappings.
    "fs.aio-max-nr": "1048576",
    "fs.inotify.max_user_instances": "8192",
    "fs.inotify.max_user_watches": "524288",
    "kernel.pid_max": "262144",
    "net.ipv4.neigh.default.gc_thresh1": "0",
    "vm.max_map_count": "1048576",
    # Many connections.
    "net.core.netdev_max_backlog": "16384",
    "net.core.rmem_max": "16777216",
    "net.core.somaxconn": "32768",
    "net.core.wmem_max": "16777216",
    "net.ipv4.ip_local_reserved_ports": "30000-32767",
    "net.ipv4.tcp_max_syn_backlog": "8096",
    "net.ipv4.tcp_slow_start_after_idle": "0",
    "net.ipv4.tcp_tw_reuse": "1",
    "net.netfilter.nf_conntrack_max": "524288",
}


def sysctl_file(added: Mapping[str, str]) -> File:
    """The settings of every machine and those that a pool adds; a pool's own value wins.

    No key is mandatory here: some cannot be written in a container. The boot checks those that must hold.
    """
    settings = {**_SYSCTLS, **added}
    return File("".join(f"-{key} = {value}\n" for key, value in sorted(settings.items())))
