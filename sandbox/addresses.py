"""Addresses that the region has besides those of its VPCs."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

METADATA: Final = "169.254.169.254"
"""The instance metadata service."""

RESOLVER: Final = "169.254.169.253"
"""The resolver of every VPC, besides the VPC's second address."""

SERVICE_ADDRESS: Final = "198.18.255.1"
"""AWS behind a gateway endpoint or a NAT gateway: in no VPC."""

OFFICE: Final = "198.18.0.0/24"
OFFICE_HOST: Final = "198.18.0.1"
OFFICE_ROUTER: Final = "198.18.0.2"
"""The host's side of the region: a peer network that is routed to the VPCs."""


def vpc_resolver(cidr: str) -> str:
    """The resolver's address in a VPC: its base plus two."""
    return str(IPv4Network(cidr)[2])


def gateway(cidr: str) -> str:
    """A subnet's router: its first address."""
    return str(IPv4Network(cidr)[1])
