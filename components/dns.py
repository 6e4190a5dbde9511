"""DNS: the environment's private zone, and the name of its API in it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import route53

from components.naming import Naming


@dataclass(frozen=True, kw_only=True)
class PrivateZoneArgs:
    """What the zone needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    domain: str
    """Name of the zone."""

    vpc_id: pulumi.Input[str]
    """The VPC that can resolve the zone."""


class PrivateZone(pulumi.ComponentResource):
    """A zone that only this VPC sees; its names outlive whatever they point to."""

    zone_id: pulumi.Output[str]
    """Id of the hosted zone."""

    def __init__(self, name: str, args: PrivateZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:PrivateZone", name, None, opts)
        zone = route53.Zone(
            name,
            name=args.domain,
            comment=f"Private names of {args.naming.environment}",
            vpcs=[{"vpc_id": args.vpc_id}],
            force_destroy=False,
            tags=args.naming.tags("network", "zone"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.zone_id = zone.zone_id
        self.register_outputs({"zone_id": self.zone_id})


@dataclass(frozen=True, kw_only=True)
class ApiNameArgs:
    """What the API's name needs to know."""

    host: str
    """The name, as api.prod.example.com."""

    zone_id: pulumi.Input[str]
    """The zone that the name is in."""

    load_balancer_dns_name: pulumi.Input[str]
    """What the name points to."""

    load_balancer_zone_id: pulumi.Input[str]
    """AWS's zone of that load balancer."""


class ApiName(pulumi.ComponentResource):
    """The only name by which anybody knows the API; the load balancer behind it can be replaced."""

    def __init__(self, name: str, args: ApiNameArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:ApiName", name, None, opts)
        route53.Record(
            name,
            zone_id=args.zone_id,
            name=args.host,
            type="A",
            aliases=[
                {
                    "name": args.load_balancer_dns_name,
                    "zone_id": args.load_balancer_zone_id,
                    # One load balancer, nothing to fail over to: its health must not make the name vanish.
                    "evaluate_target_health": False,
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
