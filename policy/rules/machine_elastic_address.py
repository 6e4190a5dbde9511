"""No machine is given an address on the Internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.rule import Resource, ResourceRule, Settings, Severity

_MACHINES: Final = ("instance", "instanceId", "networkInterface", "networkInterfaceId")


def _check(address: Resource, settings: Settings) -> Iterator[str]:
    # That there is a machine is enough, whichever it turns out to be.
    named = [key for key in _MACHINES if address.at(key, default="") != ""]
    if named:
        yield f"{named[0]} gives the address to a machine: put an internal load balancer or NAT in its place."


RULE = ResourceRule(
    name="machine-elastic-address",
    what="Elastic addresses are for NAT gateways, and for no machine.",
    why="With an address of its own a machine is one wrong rule away from the Internet.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
    fix="Take the address from the machine; a NAT gateway has allocation_id.",
    severity=Severity.HIGH,
    reference="AWS Security Hub: EC2.9",
    types=("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"),
    check=_check,
)
