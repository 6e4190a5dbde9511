"""What the rules about AWS resources can be told: whose images, which tags, which ports."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

DEBIAN: Final = "136693071363"
"""https://wiki.debian.org/Cloud/AmazonEC2Image"""


class PortRange(BaseModel):
    """Ports from first to last, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = Field(ge=0, le=65535)
    last: int = Field(ge=0, le=65535)
    purpose: str

    def __str__(self) -> str:
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{ports} ({self.purpose})"


class CloudSettings(BaseModel):
    """The part of Settings that rules about AWS resources read."""

    image_owners: tuple[str, ...] = Field(
        default=(DEBIAN,), description="Accounts whose images machines may boot; the default is Debian's."
    )
    required_tags: tuple[str, ...] = Field(
        default=("hardway:environment", "hardway:stack", "hardway:role"),
        description="Keys of the tags that every AWS resource has that can have tags.",
    )
    guarded_ports: tuple[PortRange, ...] = Field(
        default=(
            PortRange(first=22, last=22, purpose="SSH"),
            PortRange(first=2379, last=2380, purpose="etcd"),
            PortRange(first=6443, last=6443, purpose="the Kubernetes API"),
            PortRange(first=10250, last=10250, purpose="kubelets"),
            PortRange(first=10257, last=10257, purpose="the controller manager"),
            PortRange(first=10259, last=10259, purpose="the scheduler"),
            PortRange(first=30000, last=32767, purpose="NodePort Services"),
        ),
        description="Ports that nobody may reach from anywhere.",
    )
    iam_writes_without_resource: tuple[str, ...] = Field(
        default=(), description="Actions that may name any resource, because AWS lets them name none."
    )
    longest_key_rotation_days: int = Field(default=365, ge=90, description="How long one KMS key may encrypt.")
