"""The region's state as plain values: what the followers compare with the kernel's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """One rule of a security group."""

    egress: bool
    protocol: str
    first_port: int | None
    last_port: int | None
    peer_kind: Literal["group", "cidr", "prefix"]
    peer: str


@dataclass(frozen=True)
class Subnet:
    """A subnet and what its route table leads to."""

    id: str
    vpc: str
    cidr: str
    zone: str
    s3_gateway: bool
    nat: bool


@dataclass(frozen=True)
class Interface:
    """An address with security groups: of an instance, an interface endpoint or a load balancer."""

    address: str
    vpc: str
    subnet: str
    groups: tuple[str, ...]
    kind: Literal["instance", "endpoint", "balancer"]
    instance: str = ""


@dataclass(frozen=True)
class Endpoint:
    """An interface endpoint: a service of AWS with addresses in a VPC."""

    service: str
    vpc: str
    addresses: dict[str, str]


@dataclass(frozen=True)
class TargetGroup:
    """Where a load balancer sends connections, and how it finds out who is healthy."""

    arn: str
    targets: tuple[tuple[str, int], ...]
    check_protocol: str
    check_path: str
    check_port: int | None
    interval: int
    timeout: int
    healthy: int
    unhealthy: int


@dataclass(frozen=True)
class Balancer:
    """A network load balancer: port → target group on its own addresses."""

    arn: str
    dns_name: str
    vpc: str
    addresses: tuple[str, ...]
    listeners: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Record:
    """A record of a private zone: values, or the name it is an alias of."""

    name: str
    type: str
    values: tuple[str, ...]
    alias: str
    vpcs: frozenset[str]


@dataclass(frozen=True)
class View:
    """The state of the region at one moment."""

    vpcs: dict[str, str]
    subnets: dict[str, Subnet]
    interfaces: tuple[Interface, ...]
    rules: dict[str, tuple[Rule, ...]]
    endpoints: tuple[Endpoint, ...]
    balancers: tuple[Balancer, ...]
    target_groups: dict[str, TargetGroup]
    records: tuple[Record, ...]
    zones: tuple[tuple[str, frozenset[str]], ...]

    def interface_at(self, address: str) -> Interface | None:
        """Who has this address."""
        return next((interface for interface in self.interfaces if interface.address == address), None)
