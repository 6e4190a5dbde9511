"""Egress: an Internet gateway and NAT gateways, where the environment wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components.naming import Naming
from hardway.config.network import Subnet

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class EgressArgs:
    """What the way out needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    vpc_id: pulumi.Input[str]
    """The VPC that gets a way out."""

    subnets: Mapping[str, Subnet]
    """Every subnet of the VPC; those of tier public hold a NAT gateway each."""

    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Id of each subnet."""

    route_table_ids: Mapping[str, pulumi.Input[str]]
    """Route table of each subnet."""


class Egress(pulumi.ComponentResource):
    """Public subnets route to the Internet; private ones through the NAT gateway of their zone, if it has one."""

    addresses: pulumi.Output[dict[str, str]]
    """The addresses that the outside sees, by public subnet."""

    def __init__(self, name: str, args: EgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:Egress", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        gateway = ec2.InternetGateway(name, vpc_id=args.vpc_id, tags=args.naming.tags("egress", "internet"), opts=child)
        addresses: dict[str, pulumi.Output[str]] = {}
        nats: dict[str, ec2.NatGateway] = {}
        for subnet in _public(args.subnets):
            tags = args.naming.tags("egress", f"nat-{subnet}")
            address = ec2.Eip(
                f"{name}-{subnet}",
                domain="vpc",
                tags=tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[gateway]),
            )
            addresses[subnet] = address.public_ip
            nats[subnet] = ec2.NatGateway(
                f"{name}-{subnet}",
                allocation_id=address.allocation_id,
                subnet_id=args.subnet_ids[subnet],
                tags=tags,
                opts=child,
            )
        for subnet, spec in args.subnets.items():
            public = spec.tier == "public"
            ec2.Route(
                f"{name}-{subnet}",
                route_table_id=args.route_table_ids[subnet],
                destination_cidr_block=ANYWHERE,
                gateway_id=gateway.id if public else None,
                nat_gateway_id=None if public else nats[nat_for(subnet, args.subnets)].id,
                opts=child,
            )
        self.addresses = pulumi.Output.all(**addresses)
        self.register_outputs({"addresses": self.addresses})


def nat_for(subnet: str, subnets: Mapping[str, Subnet]) -> str:
    """The public subnet through which a private one goes out: of its own zone, else the first by name."""
    public = _public(subnets)
    same_zone = [name for name in public if subnets[name].zone == subnets[subnet].zone]
    return (same_zone or public)[0]


def _public(subnets: Mapping[str, Subnet]) -> list[str]:
    return sorted(name for name, subnet in subnets.items() if subnet.tier == "public")
