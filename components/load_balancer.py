"""Load balancer: the way to the Kubernetes API, behind a name of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

from components.naming import Naming
from hardway import api_health
from hardway.ports import API_PORT


@dataclass(frozen=True, kw_only=True)
class ApiLoadBalancerArgs:
    """What the load balancer needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    vpc_id: pulumi.Input[str]
    """VPC of the targets."""

    addresses: Mapping[str, str]
    """Planned address by subnet name."""

    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Subnet id by name."""

    security_group_id: pulumi.Input[str]
    """Group that says who may reach the API."""

    targets: Mapping[str, str]
    """Planned address of each control plane by member name."""

    deletion_protection: bool
    """Whether AWS refuses to delete the load balancer. It stands in the way of a replacement, too: take the protection
    off in an update of its own before."""


class ApiLoadBalancer(pulumi.ComponentResource):
    """An internal TCP load balancer that asks each API server whether it is ready.

    Targets are addresses and not instances: they stay registered while a machine is replaced, and a control
    plane that calls the name may be sent to itself, which hangs with instance targets and kept client addresses.
    """

    dns_name: pulumi.Output[str]
    """AWS's own name, for the alias and nothing else."""

    zone_id: pulumi.Output[str]
    """AWS's zone of that name."""

    def __init__(self, name: str, args: ApiLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:ApiLoadBalancer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        physical = args.naming.name("api")
        tags = args.naming.tags("api", "api")
        group = lb.TargetGroup(
            name,
            name=physical,
            port=API_PORT,
            protocol="TCP",
            target_type="ip",
            vpc_id=args.vpc_id,
            preserve_client_ip="false",
            deregistration_delay=30,
            connection_termination=True,
            health_check={
                "protocol": "HTTPS",
                "path": api_health.PATH,
                "port": str(API_PORT),
                "interval": api_health.INTERVAL_SECONDS,
                "timeout": api_health.TIMEOUT_SECONDS,
                "healthy_threshold": api_health.HEALTHY_ANSWERS,
                "unhealthy_threshold": api_health.UNHEALTHY_ANSWERS,
            },
            tags=tags,
            opts=child,
        )
        for member, address in args.targets.items():
            lb.TargetGroupAttachment(
                f"{name}-{member}",
                target_group_arn=group.arn,
                target_id=address,
                port=API_PORT,
                opts=child,
            )
        balancer = lb.LoadBalancer(
            name,
            name=physical,
            internal=True,
            load_balancer_type="network",
            subnet_mappings=[
                {"subnet_id": args.subnet_ids[subnet], "private_ipv4_address": address}
                for subnet, address in sorted(args.addresses.items())
            ],
            security_groups=[args.security_group_id],
            # One healthy API server serves every zone.
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            tags=tags,
            opts=child,
        )
        lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=API_PORT,
            protocol="TCP",
            default_actions=[{"type": "forward", "target_group_arn": group.arn}],
            tags=tags,
            opts=child,
        )
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.register_outputs({"dns_name": self.dns_name})
