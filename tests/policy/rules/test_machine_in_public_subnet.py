"""Machines in subnets that give out addresses on the Internet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.machine_in_public_subnet import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import findings, resource

SUBNET = "aws:ec2/subnet:Subnet"


def subnet(name: str, gives: Any = True) -> Resource:
    return but(one(SUBNET, name), ("mapPublicIpOnLaunch",), gives)


def with_subnet(changed: Resource) -> Sequence[Resource]:
    return [changed if each.urn == changed.urn else each for each in declared()]


def test_production_is_no_finding() -> None:
    assert findings(RULE, *declared()) == []


def test_machines_in_a_subnet_that_gives_addresses_are_found() -> None:
    found = findings(RULE, *with_subnet(subnet("network-private-a")))
    assert {str(one.urn).rsplit("::", 1)[1] for one in found} == {
        "control-plane-control-plane-1",
        "pool-batch",
        "pool-general",
        "pool-storage",
    }
    assert "network-private-a" in found[0].message


def test_a_subnet_without_machines_may_give_them() -> None:
    assert findings(RULE, *with_subnet(subnet("network-public-a"))) == []


@pytest.mark.parametrize("gives", [False, None, UNKNOWN])
def test_a_subnet_that_gives_none_or_may_not_is_no_finding(gives: Any) -> None:
    assert findings(RULE, *with_subnet(subnet("network-private-a", gives))) == []
    assert findings(RULE, *with_subnet(lacking(subnet("network-private-a"), "mapPublicIpOnLaunch"))) == []


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("aws:ec2/instance:Instance", {"subnetId": "subnet-1"}),
        ("aws:ec2/networkInterface:NetworkInterface", {"subnetId": "subnet-1"}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"networkInterfaces": [{"subnetId": "subnet-1"}]}),
        ("aws:autoscaling/group:Group", {"vpcZoneIdentifiers": ["subnet-2", "subnet-1"]}),
    ],
)
def test_everything_that_stands_in_subnets_is_judged(resource_type: str, properties: dict[str, Any]) -> None:
    gives = resource(SUBNET, {"id": "subnet-1", "mapPublicIpOnLaunch": True})
    assert len(findings(RULE, gives, resource(resource_type, properties))) == 1
    assert findings(RULE, gives, resource(resource_type, {})) == []


def test_a_subnet_that_is_not_known_yet_is_told_by_dependencies() -> None:
    interface = one("aws:ec2/networkInterface:NetworkInterface", "control-plane-control-plane-1")
    unknown = but(interface, ("subnetId",), UNKNOWN)
    assert len(findings(RULE, subnet("network-private-a"), unknown)) == 1
    assert findings(RULE, subnet("network-private-b"), unknown) == []
