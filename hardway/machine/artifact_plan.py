"""Which artifacts a machine gets, where each one goes, and in which order they are put in place.

Artifacts come in groups: once a group is in place, the units that need it start while the next group is
still being fetched. etcd and the API server come first, because everything else waits for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from hardway.artifacts.lock import ArtifactLock, LockedArtifact

NodeRole = Literal["control-plane", "worker"]
Role = NodeRole | Literal["drill"]

BINARIES: Final = "/opt/hardway/bin"
CNI_PLUGINS: Final = "/opt/cni/bin"
PACKAGES: Final = "/var/lib/hardway/packages"
IMAGES: Final = "/var/lib/hardway/images"

_CONTROL_PLANE_ONLY: Final[dict[str, tuple[str, ...]]] = {
    "etcd": ("etcd", "etcdctl"),
    "apiserver": ("kube-apiserver",),
    "control": ("kube-controller-manager", "kube-scheduler"),
}
_NODE: Final[dict[str, tuple[str, ...]]] = {
    "node": ("kubelet", "containerd", "containerd-shim-runc-v2", "runc", "ctr"),
    # kube-proxy and flannel run `nft`, which Debian's cloud image lacks.
    "network": (
        *("flanneld", "kube-proxy", "bridge", "host-local", "loopback", "portmap"),
        *("libmnl0", "libnftnl11", "libjansson4", "libnftables1", "nftables"),
    ),
}
_GROUPS: Final[dict[Role, dict[str, tuple[str, ...]]]] = {
    # What runs on control planes needs no image but pause; kubectl is for people, etcdutl for backups and restores.
    "control-plane": {**_CONTROL_PLANE_ONLY, **_NODE, "images": ("pause",), "tools": ("kubectl", "etcdutl")},
    "worker": {**_NODE, "images": ("pause", "coredns", "agnhost")},
    "drill": {"etcd": ("etcd", "etcdctl", "etcdutl")},
}
_CNI_NAMES: Final = frozenset({"bridge", "host-local", "loopback", "portmap"})


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where one artifact lies on a machine once it has been unpacked."""

    artifact: LockedArtifact
    group: str
    destination: str
    mode: int


def groups_of(role: Role) -> tuple[str, ...]:
    """The names of the groups of a role in the order in which they are put in place."""
    return tuple(_GROUPS[role])


def artifacts_for(role: Role, lock: ArtifactLock) -> tuple[Placement, ...]:
    """Everything that a machine of this role fetches, in order."""
    return tuple(_placement(lock.get(name), group) for group, names in _GROUPS[role].items() for name in names)


def _placement(artifact: LockedArtifact, group: str) -> Placement:
    if artifact.kind == "package":
        destination, mode = f"{PACKAGES}/{artifact.name}.deb", 0o644
    elif artifact.kind == "image":
        destination, mode = f"{IMAGES}/{artifact.name}.tar", 0o644
    else:
        folder = CNI_PLUGINS if artifact.name in _CNI_NAMES else BINARIES
        destination, mode = f"{folder}/{artifact.name}", 0o755
    return Placement(artifact=artifact, group=group, destination=destination, mode=mode)
