"""Machines stand in subnets that give out no address on the Internet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policy.machines import GROUP, INSTANCE, INTERFACE, LAUNCH_TEMPLATE
from policy.provider_values import is_on
from policy.references import of_type, refers
from policy.rule import Finding, Resource, Settings, Severity, StackRule

_PLACES: Final[Mapping[str, str]] = {
    INSTANCE: "subnetId",
    INTERFACE: "subnetId",
    LAUNCH_TEMPLATE: "networkInterfaces",
    GROUP: "vpcZoneIdentifiers",
}
"""Where what stands in subnets names them."""


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for subnet in of_type(resources, "aws:ec2/subnet:Subnet"):
        if not is_on(subnet.at("mapPublicIpOnLaunch", default=False)):
            continue
        for one in of_type(resources, *_PLACES):
            if refers(one, _PLACES[one.type], subnet):
                yield Finding(
                    message=f"{one.name} stands in {subnet.name}, which gives every machine a public address: choose a"
                    " private subnet, or set map_public_ip_on_launch=False there.",
                    urn=one.urn,
                )


RULE = StackRule(
    name="machine-in-public-subnet",
    what="No machine stands in a subnet that gives out public addresses.",
    why="A machine, or its interface, has the address without having asked, and no line of its own says so.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html",
    fix="Set map_public_ip_on_launch=False, and name private subnets.",
    severity=Severity.HIGH,
    reference="AWS Security Hub: EC2.15",
    check=_check,
)
