"""Network: the VPC, its subnets and routes, who may talk to whom, and the private DNS zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components.dns import PrivateZone, PrivateZoneArgs
from components.egress import Egress, EgressArgs
from components.endpoints import InterfaceEndpoints, InterfaceEndpointsArgs, S3Endpoint, S3EndpointArgs
from components.flow_logs import FlowLogs, FlowLogsArgs
from components.naming import Naming
from components.security_groups import SecurityGroups, SecurityGroupsArgs
from hardway.config.network import Network as NetworkConfig


@dataclass(frozen=True, kw_only=True)
class NetworkHandle:
    """What later layers may know of the network."""

    vpc_id: pulumi.Output[str]
    """The VPC."""

    subnet_ids: Mapping[str, pulumi.Output[str]]
    """Subnet id by name."""

    zones: Mapping[str, str]
    """Availability zone by subnet name."""

    security_group_ids: Mapping[str, pulumi.Output[str]]
    """Security group id by role."""

    zone_id: pulumi.Output[str]
    """The private DNS zone of the environment."""

    s3_prefix_list_id: pulumi.Output[str]
    """Prefix list of S3's addresses, for security group rules."""


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What the network needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    config: NetworkConfig
    """The network section of the stack file."""

    region: str
    """Region of the environment."""

    domain: str
    """Name of the private DNS zone."""

    buckets: tuple[str, ...]
    """The only buckets that machines can reach."""


class Network(pulumi.ComponentResource):
    """Everything that packets of one environment pass through."""

    handle: NetworkHandle
    """For the layers that follow."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:Network", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        vpc = self._vpc()
        subnet_ids = {subnet: self._subnet(subnet, vpc).id for subnet in args.config.subnets}
        route_table_ids = {subnet: self._routes(subnet, vpc, subnet_ids) for subnet in args.config.subnets}
        s3 = S3Endpoint(
            f"{name}-s3",
            S3EndpointArgs(
                naming=args.naming,
                region=args.region,
                vpc_id=vpc.id,
                route_table_ids=list(route_table_ids.values()),
                buckets=args.buckets,
            ),
            self._child,
        )
        groups = SecurityGroups(
            f"{name}-groups",
            SecurityGroupsArgs(
                naming=args.naming,
                vpc_id=vpc.id,
                s3_prefix_list_id=s3.prefix_list_id,
                api_clients={peer: str(args.config.peers[peer]) for peer in args.config.api_clients},
                internet_egress=args.config.egress == "nat",
            ),
            self._child,
        )
        InterfaceEndpoints(
            f"{name}-endpoints",
            InterfaceEndpointsArgs(
                naming=args.naming,
                region=args.region,
                vpc_id=vpc.id,
                subnet_ids=[subnet_ids[subnet] for subnet in endpoint_subnets(args.config)],
                security_group_id=groups.ids["endpoint"],
            ),
            self._child,
        )
        if args.config.egress == "nat":
            self._egress(vpc, subnet_ids, route_table_ids)
        FlowLogs(
            f"{name}-flow-logs",
            FlowLogsArgs(naming=args.naming, vpc_id=vpc.id, retention_days=args.config.flow_log_retention_days),
            self._child,
        )
        zone = PrivateZone(
            f"{name}-zone",
            PrivateZoneArgs(naming=args.naming, domain=args.domain, vpc_id=vpc.id),
            self._child,
        )
        self.handle = NetworkHandle(
            vpc_id=vpc.id,
            subnet_ids=subnet_ids,
            zones={subnet: spec.zone for subnet, spec in args.config.subnets.items()},
            security_group_ids=groups.ids,
            zone_id=zone.zone_id,
            s3_prefix_list_id=s3.prefix_list_id,
        )
        self.register_outputs({"vpc_id": vpc.id, "subnet_ids": subnet_ids, "zone_id": zone.zone_id})

    def _vpc(self) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self._name,
            cidr_block=str(self._args.config.vpc_cidr),
            # Both are needed for private names of interface endpoints and for the machines' own names.
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._args.naming.tags("network", "vpc"),
            opts=self._child,
        )
        # AWS's default group lets its members talk to each other; adopted without rules, it lets nobody.
        ec2.DefaultSecurityGroup(
            f"{self._name}-default",
            vpc_id=vpc.id,
            tags=self._args.naming.tags("network", "default-closed"),
            opts=self._child,
        )
        return vpc

    def _subnet(self, subnet: str, vpc: ec2.Vpc) -> ec2.Subnet:
        spec = self._args.config.subnets[subnet]
        return ec2.Subnet(
            f"{self._name}-{subnet}",
            vpc_id=vpc.id,
            cidr_block=str(spec.cidr),
            availability_zone=spec.zone,
            map_public_ip_on_launch=False,
            tags=self._args.naming.tags("network", subnet),
            opts=self._child,
        )

    def _routes(self, subnet: str, vpc: ec2.Vpc, subnet_ids: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        table = ec2.RouteTable(
            f"{self._name}-{subnet}",
            vpc_id=vpc.id,
            tags=self._args.naming.tags("network", subnet),
            opts=self._child,
        )
        ec2.RouteTableAssociation(
            f"{self._name}-{subnet}",
            subnet_id=subnet_ids[subnet],
            route_table_id=table.id,
            opts=self._child,
        )
        return table.id

    def _egress(
        self,
        vpc: ec2.Vpc,
        subnet_ids: Mapping[str, pulumi.Output[str]],
        route_table_ids: Mapping[str, pulumi.Output[str]],
    ) -> None:
        Egress(
            f"{self._name}-egress",
            EgressArgs(
                naming=self._args.naming,
                vpc_id=vpc.id,
                subnets=self._args.config.subnets,
                subnet_ids=subnet_ids,
                route_table_ids=route_table_ids,
            ),
            self._child,
        )


def endpoint_subnets(config: NetworkConfig) -> list[str]:
    """One private subnet per zone, the first by name: an endpoint has at most one address in a zone."""
    by_zone: dict[str, str] = {}
    for name in sorted(config.subnets):
        if config.subnets[name].tier == "private":
            by_zone.setdefault(config.subnets[name].zone, name)
    return sorted(by_zone.values())
