"""Address ranges of security groups: whom they let in, and to which ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import Any, Final

from policy.provider_values import blocks
from policy.resource import Resource, is_known

GROUPS: Final = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INGRESS_TYPES: Final = (*GROUPS, RULE, INGRESS_RULE)
"""Every type that lets somebody in: groups with their rules inside, and the two kinds of rules of their own."""

_WITHOUT_PORTS: Final = {"icmp", "icmpv6", "1", "58"}
_WITH_PORTS: Final = {"tcp", "udp", "6", "17"}
_NARROWEST_ANYWHERE: Final = {4: 7, 6: 12}
"""Nobody owns a range as wide as this: two halves of the Internet are the Internet."""


@dataclass(frozen=True)
class Ingress:
    """One range of addresses that is let in to one range of ports."""

    cidr: str
    first_port: int
    last_port: int

    def reaches(self, first: int, last: int) -> bool:
        """Whether any of these ports is among those that are let in to."""
        return self.first_port <= last and first <= self.last_port

    def __str__(self) -> str:
        if (self.first_port, self.last_port) == (0, 65535):
            return f"{self.cidr} to every port"
        if self.first_port == self.last_port:
            return f"{self.cidr} to port {self.first_port}"
        return f"{self.cidr} to ports {self.first_port}-{self.last_port}"


def is_anywhere(cidr: str) -> bool:
    """Whether the range is the Internet, or so much of it that it is nobody's."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False  # the provider refuses it
    return network.prefixlen <= _NARROWEST_ANYWHERE[4 if isinstance(network, IPv4Network) else 6]


def open_ingress(resource: Resource) -> Iterator[Ingress]:
    """What a group, or a rule of one, lets in from anywhere, as far as that is known."""
    if resource.type in GROUPS:
        for block in blocks(resource.at("ingress", default=())):
            yield from _ranges(block, ("cidrBlocks", "ipv6CidrBlocks"), block.get("protocol"))
    elif resource.type == RULE and resource.at("type") == "ingress":
        yield from _ranges(resource.properties, ("cidrBlocks", "ipv6CidrBlocks"), resource.at("protocol"))
    elif resource.type == INGRESS_RULE:
        yield from _ranges(resource.properties, ("cidrIpv4", "cidrIpv6"), resource.at("ipProtocol"))


def _ranges(block: Any, keys: tuple[str, ...], protocol: Any) -> Iterator[Ingress]:
    given = [block.get(key) for key in keys]
    cidrs = [one for value in given for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    if not is_known(protocol) or str(protocol).lower() in _WITHOUT_PORTS:
        return
    first, last = block.get("fromPort"), block.get("toPort")
    if str(protocol).lower() not in _WITH_PORTS or first is None or last is None:
        # The engine's -1, every other protocol, or a range that is not said.
        first, last = 0, 65535
    if isinstance(first, int) and isinstance(last, int):
        yield from (Ingress(cidr, first, last) for cidr in cidrs if is_anywhere(cidr))
