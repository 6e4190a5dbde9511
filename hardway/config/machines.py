"""The machines section: control planes by name, worker pools by name, the image they boot."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from hardway.config.base import Address, Name, Section

CONTROL_PLANE_MAX_PODS: Final = 110
"""Of a pool it is in the stack file; a control plane runs what belongs to every node."""


class MachineImage(Section):
    """The AMI that machines boot, found by owner and name, never by a latest-of-anything lookup."""

    owner: str = Field(default="136693071363", description="Account that owns the AMI: Debian's.")
    name: str = Field(description="Exact name of the AMI, as debian-12-amd64-20260901-2222.")


class Taint(Section):
    """A taint that every node of a pool registers with."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class ControlPlaneMember(Section):
    """One control plane machine: its place and its address outlive the machine itself."""

    subnet: Name
    address: Address


class ControlPlane(Section):
    """The control plane: an odd number of named members, each with its own etcd volume."""

    members: dict[Name, ControlPlaneMember] = Field(min_length=1)
    instance_type: str
    root_volume_gib: int = Field(default=30, ge=4)
    etcd_volume_gib: int = Field(default=20, ge=1)
    protect_data: bool = Field(default=True, description="Protect the etcd volumes from deletion by Pulumi.")
    serve_seconds: int = Field(
        default=900, ge=60, le=7200, description="How long a replaced member may take to serve; then up stops there."
    )
    api_addresses: dict[Name, Address] = Field(
        min_length=1, description="Address of the API load balancer in each subnet it stands in."
    )


class Rollout(Section):
    """How a pool's machines are replaced by ones of another template."""

    canary_seconds: int = Field(
        default=60, ge=0, le=172800, description="How long the first new machine runs alone before the rest follows."
    )
    surge_percent: int = Field(
        default=10, ge=1, le=100, description="Machines that may be new at once beside those wanted; at least one."
    )
    drain_seconds: int = Field(
        default=600, ge=30, le=7200, description="Deadline for disruption budgets; afterwards a machine ends anyway."
    )


class Pool(Section):
    """A named group of identical workers."""

    instance_type: str
    subnets: list[Name] = Field(min_length=1)
    min: int = Field(ge=0)
    max: int = Field(ge=1)
    root_volume_gib: int = Field(default=50, ge=4)
    max_pods: int = Field(default=110, ge=8, le=250)
    labels: dict[str, str] = Field(default_factory=dict)
    taints: list[Taint] = Field(default_factory=list)
    sysctls: dict[str, str] = Field(default_factory=dict, description="Added to the sysctls of every machine.")
    rollout: Rollout = Rollout()
