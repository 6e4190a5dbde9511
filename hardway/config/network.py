"""The network section: address ranges, subnets, egress and who may reach the API from outside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hardway.config.base import Cidr, Name, Section


class Subnet(Section):
    """One subnet of the VPC in one availability zone."""

    zone: str = Field(description="Availability zone, as eu-central-1a.")
    cidr: Cidr = Field(description="Range of the subnet; inside vpc_cidr.")
    tier: Literal["private", "public"] = "private"


class Network(Section):
    """Where everything lives. No range may overlap another one."""

    vpc_cidr: Cidr
    subnets: dict[Name, Subnet] = Field(min_length=1)
    pod_cidr: Cidr = Field(description="Addresses of pods; each node takes one block of node_prefix bits.")
    node_prefix: int = Field(default=24, ge=20, le=28, description="Prefix length of one node's pod block.")
    service_cidr: Cidr = Field(description="Virtual addresses of Services.")
    egress: Literal["none", "nat"] = Field(
        default="none", description="Whether machines can reach the Internet through a NAT gateway."
    )
    mtu: int = Field(default=9001, ge=1280, le=9001, description="MTU of the machines' interface in bytes.")
    peers: dict[Name, Cidr] = Field(
        default_factory=dict, description="Networks routed to this VPC from outside, by name."
    )
    api_clients: list[Name] = Field(
        default_factory=list, description="Peers that may reach the Kubernetes API on port 6443."
    )
    flow_log_retention_days: int = Field(default=30, ge=1)
