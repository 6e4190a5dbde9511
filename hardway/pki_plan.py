"""The PKI as data: every authority, every leaf certificate, and the path each has on the machine that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from hardway.config.environment import Environment

Authority = Literal["kubernetes", "etcd", "etcd-peer", "front-proxy"]
AUTHORITIES: Final[dict[Authority, str]] = {
    "kubernetes": "Kubernetes API, kubelets and their clients",
    "etcd": "etcd servers and their clients",
    "etcd-peer": "etcd members among each other",
    "front-proxy": "API server towards aggregated API servers",
}
"""Separate roots: none of them signs, or is trusted for, what another one does."""

EpochGroup = Literal["etcd", "control_plane", "node", "operator", "break_glass"]
Use = Literal["server_auth", "client_auth"]
SERVER: Final[tuple[Use, ...]] = ("server_auth",)
CLIENT: Final[tuple[Use, ...]] = ("client_auth",)
BOTH: Final[tuple[Use, ...]] = ("server_auth", "client_auth")

KUBERNETES_PKI: Final = "/etc/kubernetes/pki"
ETCD_PKI: Final = "/etc/etcd/pki"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One certificate with its own key, for one owner."""

    owner: str
    """Member, pool, `operator` or `break-glass`."""

    name: str
    """What it is, unique within its owner."""

    authority: Authority
    common_name: str
    organization: str | None = None
    uses: tuple[Use, ...]
    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    group: EpochGroup
    hours: int
    path: str | None
    """Path on the machine without the suffix .crt or .key; None where no machine holds it."""

    @property
    def id(self) -> str:
        """A name that is unique in the environment."""
        return self.name if self.owner == self.name else f"{self.owner}-{self.name}"


def control_plane_leaves(environment: Environment, member: str) -> tuple[Leaf, ...]:
    """The leaves of one control plane machine."""
    address = str(environment.control_plane.members[member].address)
    etcd_names, etcd_addresses = (member, "localhost"), (address, "127.0.0.1")

    def leaf(
        name: str,
        common_name: str,
        *,
        authority: Authority = "kubernetes",
        group: EpochGroup = "control_plane",
        uses: tuple[Use, ...] = CLIENT,
        organization: str | None = None,
        path: str | None = None,
        dns_names: tuple[str, ...] = (),
        ip_addresses: tuple[str, ...] = (),
    ) -> Leaf:
        return Leaf(
            owner=member,
            name=name,
            authority=authority,
            common_name=common_name,
            organization=organization,
            uses=uses,
            dns_names=dns_names,
            ip_addresses=ip_addresses,
            group=group,
            hours=environment.pki.leaf_hours,
            path=path or f"{KUBERNETES_PKI}/{name}",
        )

    return (
        # etcd's own gateway dials its server with the server certificate: hence client_auth, too.
        leaf(
            "etcd-server", member, authority="etcd", group="etcd", uses=BOTH, path=f"{ETCD_PKI}/server",
            dns_names=etcd_names, ip_addresses=etcd_addresses,
        ),
        leaf(
            "etcd-peer", member, authority="etcd-peer", group="etcd", uses=BOTH, path=f"{ETCD_PKI}/peer",
            dns_names=etcd_names, ip_addresses=etcd_addresses,
        ),
        leaf("etcd-client", "hardway:etcd-operator", authority="etcd", group="etcd", path=f"{ETCD_PKI}/client"),
        leaf("kube-apiserver-etcd-client", "hardway:apiserver", authority="etcd", group="etcd"),
        leaf(
            "kube-apiserver", "kube-apiserver", uses=SERVER,
            dns_names=_api_names(environment),
            ip_addresses=(str(environment.kubernetes_service_address), "127.0.0.1", address),
        ),
        leaf("kube-apiserver-kubelet-client", "hardway:apiserver"),
        leaf("front-proxy-client", "front-proxy-client", authority="front-proxy"),
        leaf("kube-controller-manager", "system:kube-controller-manager"),
        leaf("kube-scheduler", "system:kube-scheduler"),
        leaf("node-agent", "hardway:node-agent"),
        leaf("kubelet", f"system:node:{member}", organization="system:nodes", group="node"),
        leaf("kube-proxy", "system:kube-proxy", group="node"),
        leaf("flannel", "hardway:flannel", group="node"),
    )  # fmt: skip


def pool_leaves(environment: Environment, pool: str) -> tuple[Leaf, ...]:
    """The leaves that the machines of one pool share; their kubelets get their own by TLS bootstrap."""
    return tuple(
        Leaf(
            owner=pool,
            name=name,
            authority="kubernetes",
            common_name=common_name,
            uses=CLIENT,
            group="node",
            hours=environment.pki.leaf_hours,
            path=f"{KUBERNETES_PKI}/{name}",
        )
        for name, common_name in (("kube-proxy", "system:kube-proxy"), ("flannel", "hardway:flannel"))
    )


def operator_leaf(environment: Environment) -> Leaf:
    """The identity in the kubeconfig that the stack exports: its rights come from RBAC and can be taken away."""
    return Leaf(
        owner="operator",
        name="operator",
        authority="kubernetes",
        common_name="hardway:operator",
        organization="hardway:operators",
        uses=CLIENT,
        group="operator",
        hours=environment.pki.leaf_hours,
        path=None,
    )


def break_glass_leaf(environment: Environment) -> Leaf:
    """The one member of system:masters, which RBAC cannot stop: sealed in the secret store and short-lived."""
    return Leaf(
        owner="break-glass",
        name="break-glass",
        authority="kubernetes",
        common_name="hardway:break-glass",
        organization="system:masters",
        uses=CLIENT,
        group="break_glass",
        hours=environment.pki.break_glass_hours,
        path=None,
    )


def _api_names(environment: Environment) -> tuple[str, ...]:
    return (
        environment.api_host,
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        f"kubernetes.default.svc.{environment.cluster_domain}",
        "localhost",
    )


CONTROL_PLANE_TRUST: Final[dict[str, Authority]] = {
    f"{KUBERNETES_PKI}/kubernetes-ca.crt": "kubernetes",
    f"{KUBERNETES_PKI}/front-proxy-ca.crt": "front-proxy",
    f"{KUBERNETES_PKI}/etcd-ca.crt": "etcd",
    f"{ETCD_PKI}/ca.crt": "etcd",
    f"{ETCD_PKI}/peer-ca.crt": "etcd-peer",
}
"""Which authority's certificate a control plane holds where."""

POOL_TRUST: Final[dict[str, Authority]] = {f"{KUBERNETES_PKI}/kubernetes-ca.crt": "kubernetes"}
"""Which authority's certificate a worker holds where."""

SIGNING_KEY_PATH: Final = f"{KUBERNETES_PKI}/kubernetes-ca.key"
"""The only authority key on any machine: the controller manager signs kubelet certificates with it."""

SERVICE_ACCOUNT_PATH: Final = f"{KUBERNETES_PKI}/service-account"
"""Key pair of service account tokens, without suffix: .key and .pub."""
