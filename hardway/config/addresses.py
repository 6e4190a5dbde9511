"""The address plan: which ranges and addresses the configuration claims, with the key that claims each."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from hardway.config.machines import ControlPlane
from hardway.config.network import Network


def ranges(network: Network) -> list[tuple[str, IPv4Network]]:
    """Ranges that must be disjoint, as (key below `network`, range)."""
    return [
        ("vpc_cidr", network.vpc_cidr),
        ("pod_cidr", network.pod_cidr),
        ("service_cidr", network.service_cidr),
        *((f"peers.{name}", cidr) for name, cidr in network.peers.items()),
    ]


def planned_addresses(control_plane: ControlPlane) -> Iterator[tuple[str, str, IPv4Address]]:
    """Each planned address as (key, subnet name, address)."""
    for subnet, address in control_plane.api_addresses.items():
        yield f"control_plane.api_addresses.{subnet}", subnet, address
    for name, member in control_plane.members.items():
        yield f"control_plane.members.{name}.address", member.subnet, member.address


def reserved(subnet: IPv4Network) -> set[IPv4Address]:
    """The five addresses of a subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html."""
    return {*(subnet[index] for index in range(4)), subnet[-1]}
