"""The configuration of an `environment` stack."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hardway.config.base import Address, BucketName, Fqdn, Name, Section
from hardway.config.gates import Gates
from hardway.config.machines import ControlPlane, MachineImage, Pool
from hardway.config.network import Network
from hardway.config.pki import Pki
from hardway.config.versions import Versions


class Artifacts(Section):
    """Where binaries, bundles and seed images of this environment are kept."""

    bucket: BucketName = Field(description="Name of the S3 bucket.")


class ManagementLink(Section):
    """The management stack beneath the environment."""

    stack: Name = Field(description="Name of the management stack. Without one nothing is backed up.")
    backup_bucket: BucketName = Field(
        description="Its backup bucket. Machines boot with the name, so that it is said here and compared with the"
        " stack's own."
    )


class NodeLoss(Section):
    """How soon the pods of a node that is lost run elsewhere."""

    grace_seconds: int = Field(
        default=50, ge=40, le=600, description="How long a node may be silent before it counts as lost."
    )
    toleration_seconds: int = Field(
        default=60, ge=0, le=3600, description="How long pods stay bound to a lost node, unless they say otherwise."
    )

    @property
    def pods_elsewhere_seconds(self) -> int:
        """The bound that both make: afterwards every pod of a lost node has a successor, if there is room for it.

        The controller looks at nodes every 5 s, and evicts from one lost node in 10 s:
        https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction
        """
        return self.grace_seconds + 5 + 10 + self.toleration_seconds


class Environment(Section):
    """Everything one cluster is made of. `name` is the stack's name; `region` comes from aws:region."""

    kind: Literal["environment"] = "environment"
    name: Name
    region: str
    domain: Fqdn = Field(description="Private DNS zone of the environment; the API is api.<domain>.")
    cluster_domain: Fqdn = "cluster.local"
    image: MachineImage
    network: Network
    control_plane: ControlPlane
    pools: dict[Name, Pool] = Field(min_length=1)
    versions: Versions
    artifacts: Artifacts
    management: ManagementLink | None = Field(default=None, description="The management stack that keeps the backups.")
    pki: Pki = Pki()
    node_loss: NodeLoss = NodeLoss()
    gates: Gates = Gates()
    deletion_protection: bool = Field(
        default=True, description="Refuse to delete volumes, buckets and machines until set to false."
    )

    @property
    def api_host(self) -> str:
        """Name under which every client reaches the Kubernetes API."""
        return f"api.{self.domain}"

    @property
    def api_url(self) -> str:
        """URL of the Kubernetes API behind the load balancer."""
        return f"https://{self.api_host}:6443"

    @property
    def kubernetes_service_address(self) -> Address:
        """First address of the Service range: the `kubernetes` Service."""
        return self.network.service_cidr[1]

    @property
    def cluster_dns_address(self) -> Address:
        """Tenth address of the Service range: the cluster's DNS Service."""
        return self.network.service_cidr[10]
