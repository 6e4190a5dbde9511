"""Networks that can reach each other have addresses of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from itertools import combinations
from typing import NamedTuple

from policy.rule import Finding, Resource, Settings, Severity, StackRule


class _Range(NamedTuple):
    owner: str
    cidr: IPv4Network
    urn: str | None


def _of_resources(resources: Sequence[Resource], resource_type: str) -> list[_Range]:
    return [
        _Range(one.name, IPv4Network(cidr), one.urn)
        for one in resources
        if one.type == resource_type and isinstance(cidr := one.at("cidrBlock"), str)
    ]


def _configured(settings: Settings) -> list[_Range]:
    network = settings.configuration.get("hardway:network") or {}
    named = {f"hardway:network.{key}": network[key] for key in ("pod_cidr", "service_cidr") if network.get(key)}
    named |= {f"hardway:network.peers.{name}": cidr for name, cidr in (network.get("peers") or {}).items()}
    return [_Range(key, IPv4Network(cidr), None) for key, cidr in named.items()]


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    vpcs = _of_resources(resources, "aws:ec2/vpc:Vpc")
    for ranges in ([*vpcs, *_configured(settings)], _of_resources(resources, "aws:ec2/subnet:Subnet")):
        for one, other in combinations(ranges, 2):
            if one.cidr.overlaps(other.cidr):
                yield Finding(
                    message=f"{other.owner} {other.cidr} overlaps {one.owner} {one.cidr}."
                    " Give one of them a range of its own under hardway:network in the stack file.",
                    urn=other.urn or one.urn,
                )


RULE = StackRule(
    name="cidrs-overlap",
    what="The VPC, its pods, its Services and its peers overlap nowhere, and neither do the subnets.",
    why="A packet to an address that exists twice goes to the nearer one, and the other one is silently unreachable;"
    " none of these ranges can be changed once machines use them.",
    source="https://kubernetes.io/docs/concepts/cluster-administration/networking/",
    fix="Choose disjoint ranges under hardway:network before the first machine boots.",
    severity=Severity.CRITICAL,
    reference="story: service range inside the VPC",
    check=_check,
)
