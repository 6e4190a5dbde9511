"""Which role may talk to which, on what port, and why: read by security groups, tests and docs alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["control-plane", "worker", "api", "endpoint"]
ROLES: Final[dict[Role, str]] = {
    "control-plane": "Control plane machines",
    "worker": "Worker machines of every pool",
    "api": "Load balancer of the Kubernetes API",
    "endpoint": "Interface endpoints of the AWS services that machines call",
}
"""Every security group and what stands behind it."""

API_PORT: Final = 6443
ETCD_CLIENT_PORT: Final = 2379
ETCD_PEER_PORT: Final = 2380
KUBELET_PORT: Final = 10250
VXLAN_PORT: Final = 8472
HTTPS_PORT: Final = 443


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One permitted kind of traffic; it becomes an egress rule at its source and an ingress rule at its target."""

    source: Role
    target: Role
    first_port: int
    last_port: int
    protocol: Literal["tcp", "udp"]
    why: str

    @property
    def name(self) -> str:
        """A name that stays the same whatever else is in the table."""
        return f"{self.source}-to-{self.target}-{self.protocol}-{self.first_port}"


def _flow(source: Role, target: Role, port: int, why: str, *, last: int = 0, udp: bool = False) -> Flow:
    return Flow(
        source=source,
        target=target,
        first_port=port,
        last_port=last or port,
        protocol="udp" if udp else "tcp",
        why=why,
    )


FLOWS: Final[tuple[Flow, ...]] = (
    _flow("control-plane", "api", API_PORT, "Clients on control planes use the API name"),
    _flow("worker", "api", API_PORT, "Kubelets and node agents use the API name"),
    _flow("api", "control-plane", API_PORT, "API traffic and health checks"),
    # Pods reach the kubernetes Service at the API servers' own addresses: kube-proxy rewrites to them.
    _flow("control-plane", "control-plane", API_PORT, "Pods on control planes use the kubernetes Service"),
    _flow("worker", "control-plane", API_PORT, "Pods on workers use the kubernetes Service"),
    _flow("control-plane", "control-plane", ETCD_CLIENT_PORT, "etcd clients and peers", last=ETCD_PEER_PORT),
    _flow("control-plane", "control-plane", KUBELET_PORT, "API server to kubelet: logs, exec, metrics"),
    _flow("control-plane", "worker", KUBELET_PORT, "API server to kubelet: logs, exec, metrics"),
    _flow("control-plane", "control-plane", VXLAN_PORT, "Pod overlay", udp=True),
    _flow("control-plane", "worker", VXLAN_PORT, "Pod overlay", udp=True),
    _flow("worker", "control-plane", VXLAN_PORT, "Pod overlay", udp=True),
    _flow("worker", "worker", VXLAN_PORT, "Pod overlay", udp=True),
    _flow("control-plane", "endpoint", HTTPS_PORT, "Secret store, EC2 inventory, auto-scaling groups"),
    _flow("worker", "endpoint", HTTPS_PORT, "Secret store"),
)
"""All traffic between groups. Name service and time need no rule: AWS never filters its link-local services."""

POD_TARGETS: Final[dict[Role, tuple[int, ...]]] = {"control-plane": (API_PORT,), "worker": ()}
"""TCP ports of their own machine that pods may reach: traffic within a machine passes no security group."""

MACHINES_ONLY: Final[tuple[tuple[int, int], ...]] = (
    (ETCD_CLIENT_PORT, ETCD_PEER_PORT),
    (KUBELET_PORT, KUBELET_PORT),
)
"""TCP ports that pods reach on no machine, though the machine that they run on may: it sends under its own address."""

S3_CLIENTS: Final[tuple[Role, ...]] = ("control-plane", "worker")
"""Roles that may reach S3 through the gateway endpoint, whose addresses are a prefix list and not a group."""

INTERNET_CLIENTS: Final[tuple[Role, ...]] = ("control-plane", "worker")
"""Roles that may reach HTTPS servers anywhere where the environment has a NAT gateway."""
