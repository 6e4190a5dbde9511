"""Ranges that overlap, in resources and in the configuration."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource, Settings
from policy.rules.cidrs_overlap import RULE
from tests.policy.resources import findings, resource

NETWORK: dict[str, Any] = {
    "vpc_cidr": "10.60.0.0/16",
    "pod_cidr": "10.64.0.0/14",
    "service_cidr": "10.62.0.0/20",
    "peers": {"vpn": "172.20.0.0/20"},
}


def stack(vpc: Any = "10.60.0.0/16", second_subnet: Any = "10.60.32.0/20") -> list[Resource]:
    return [
        resource("aws:ec2/vpc:Vpc", {"cidrBlock": vpc}, name="network"),
        resource("aws:ec2/subnet:Subnet", {"cidrBlock": "10.60.16.0/20"}, name="private-a"),
        resource("aws:ec2/subnet:Subnet", {"cidrBlock": second_subnet}, name="private-b"),
    ]


def configured(**changes: Any) -> Settings:
    return Settings(configuration={"hardway:network": {**NETWORK, **changes}})


def test_disjoint_ranges_are_no_finding() -> None:
    assert findings(RULE, *stack(), settings=configured()) == []


@pytest.mark.parametrize(
    ("changes", "owners"),
    [
        ({"service_cidr": "10.60.0.0/20"}, ("service_cidr", "network")),
        ({"pod_cidr": "10.60.0.0/15"}, ("pod_cidr", "network")),
        ({"service_cidr": "10.65.0.0/20"}, ("service_cidr", "pod_cidr")),
        ({"peers": {"vpn": "10.62.8.0/24"}}, ("peers.vpn", "service_cidr")),
        ({"peers": {"one": "172.20.0.0/20", "two": "172.20.1.0/24"}}, ("peers.two", "peers.one")),
    ],
)
def test_configured_ranges_that_overlap_are_found(changes: dict[str, Any], owners: tuple[str, str]) -> None:
    (found,) = findings(RULE, *stack(), settings=configured(**changes))
    assert all(owner in found.message for owner in owners)
    assert "hardway:network" in found.message


def test_subnets_that_overlap_are_found_at_the_second() -> None:
    (found,) = findings(RULE, *stack(second_subnet="10.60.24.0/24"), settings=configured())
    assert "private-a" in found.message
    assert found.urn is not None
    assert found.urn.endswith("private-b")


def test_what_is_missing_or_unknown_overlaps_nothing() -> None:
    assert findings(RULE, *stack(vpc=UNKNOWN, second_subnet=None), settings=configured()) == []
    assert findings(RULE, *stack(), settings=Settings(configuration={})) == []
