"""What control planes and workers have in common: the boot, the runtime, kubelet and the overlay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.config.machines import Taint
from hardway.machine.artifact_plan import NodeRole, artifacts_for
from hardway.machine.boot import boot_files
from hardway.machine.containerd import pause_reference
from hardway.machine.file import File
from hardway.machine.instance_type import capacity_of
from hardway.machine.kubeconfig import render_kubeconfig
from hardway.machine.kubelet import GRACE_SECONDS, kubelet_config, node_labels
from hardway.machine.overlay import flannel_config, kube_proxy_config
from hardway.machine.sysctls import SYSCTLS_PATH, sysctl_file
from hardway.machine.template import render_tree
from hardway.pki_plan import Leaf
from hardway.ports import API_PORT, ETCD_CLIENT_PORT, ETCD_PEER_PORT, KUBELET_PORT, MACHINES_ONLY, POD_TARGETS

PKI = "/etc/kubernetes/pki"
SERVERS: Final[dict[NodeRole, dict[str, int]]] = {
    "control-plane": {
        "kube-apiserver": API_PORT,
        "etcd": ETCD_CLIENT_PORT,
        "etcd-peer": ETCD_PEER_PORT,
        "kubelet": KUBELET_PORT,
    },
    "worker": {"kubelet": KUBELET_PORT},
}
"""Who serves a certificate on a machine of each role, and at which port of its address."""


@dataclass(frozen=True, kw_only=True)
class NodeSettings:
    """What differs between one kind of machine and another."""

    role: NodeRole
    name: str
    """The member's or the pool's name."""
    secret: str
    """Name of the secret that holds this machine's keys."""
    api_server: str
    """URL under which this machine's own components reach the API."""
    instance_type: str
    root_volume_gib: int
    max_pods: int
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    sysctls: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Units beside a node's own, by the group of artifacts that they wait for."""
    leaves: tuple[Leaf, ...]
    """The certificates that come with the machine's secret."""


def render_node(environment: Environment, settings: NodeSettings, lock: ArtifactLock) -> dict[str, File]:
    """Every file that a machine has whatever its role, keyed by path."""
    common = render_tree(
        "common",
        {
            "role": settings.role,
            "api_server": settings.api_server,
            "pause_image": pause_reference(lock),
            "node_labels": node_labels(_labels(environment, settings)),
            "inhibit_delay_seconds": GRACE_SECONDS + 15,
            "pod_targets": POD_TARGETS[settings.role],
            "machines_only": MACHINES_ONLY,
            "servers": " ".join(f"{name}={port}" for name, port in SERVERS[settings.role].items()),
            "certificate": _kubelet_identity(settings.role)[0],
            "key": _kubelet_identity(settings.role)[1],
        },
    )
    boot = boot_files(
        role=settings.role,
        bucket=environment.artifacts.bucket,
        secret=settings.secret,
        placements=artifacts_for(settings.role, lock),
        units={
            **settings.units,
            "node": ("containerd.service", "kubelet.service"),
            "network": ("flanneld.service", "kube-proxy.service"),
            "images": ("hardway-cni.service", "route-keeper.service", "certificate-expiry.timer"),
        },
    )
    own = {
        "/etc/kubernetes/kubelet.yaml": kubelet_config(
            environment,
            capacity=capacity_of(settings.instance_type, settings.root_volume_gib),
            control_plane=settings.role == "control-plane",
            max_pods=settings.max_pods,
            taints=settings.taints,
        ),
        "/etc/kubernetes/kube-proxy.yaml": kube_proxy_config(environment),
        "/etc/flannel/net-conf.json": flannel_config(environment),
        SYSCTLS_PATH: sysctl_file(settings.sysctls),
        "/etc/hardway/epochs": _epochs(environment, settings.leaves),
    }
    return {**common, **boot, **own, **_kubeconfigs(settings)}


def _epochs(environment: Environment, leaves: tuple[Leaf, ...]) -> File:
    """The epoch of each group that the machine has a leaf of. No program reads it: a raised epoch changes only
    secrets, and those no bundle holds, so this line is what makes the machine another one that has the new leaves."""
    groups = sorted({leaf.group for leaf in leaves})
    return File("".join(f"{group}={getattr(environment.pki.epochs, group)}\n" for group in groups))


def _labels(environment: Environment, settings: NodeSettings) -> dict[str, str]:
    pool = {"hardway.dev/pool": settings.name} if settings.role == "worker" else {}
    return {
        **settings.labels,
        **pool,
        "hardway.dev/role": settings.role,
        "node.kubernetes.io/instance-type": settings.instance_type,
        "topology.kubernetes.io/region": environment.region,
    }


def _kubeconfigs(settings: NodeSettings) -> dict[str, File]:
    return {
        f"/etc/kubernetes/{name}.kubeconfig": File(
            render_kubeconfig(
                server=settings.api_server,
                certificate_authority=f"{PKI}/kubernetes-ca.crt",
                client_certificate=certificate,
                client_key=key,
                user=user,
            )
        )
        for name, user, certificate, key in (
            ("kube-proxy", "system:kube-proxy", f"{PKI}/kube-proxy.crt", f"{PKI}/kube-proxy.key"),
            ("flannel", "hardway:flannel", f"{PKI}/flannel.crt", f"{PKI}/flannel.key"),
            ("kubelet", "kubelet", *_kubelet_identity(settings.role)),
        )
    }


def _kubelet_identity(role: NodeRole) -> tuple[str, str]:
    if role == "control-plane":
        return f"{PKI}/kubelet.crt", f"{PKI}/kubelet.key"
    # One file holds both: the program `join` makes it, and kubelet renews it.
    pair = "/var/lib/kubelet/pki/kubelet-client-current.pem"
    return pair, pair
