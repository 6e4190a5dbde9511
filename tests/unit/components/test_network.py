"""The network as declared: ranges, routes, endpoints, name zone, and what is not there without NAT."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.network import Network, NetworkArgs, endpoint_subnets
from tests.unit.components.conftest import NAMING, Change, load, unchanged
from tests.unit.components.harness import Recording, run


@cache
def declare(change: Change = unchanged, *, preview: bool = False) -> Recording:
    """The sandbox's network after a change."""
    environment = load(change)
    return run(
        lambda: Network(
            "network",
            NetworkArgs(
                naming=NAMING,
                config=environment.network,
                region=environment.region,
                domain=environment.domain,
                buckets=("artifacts-1",),
            ),
        ),
        preview=preview,
    )


def with_nat(values: dict[str, Any]) -> None:
    network = values["hardway:network"]
    network["egress"] = "nat"
    network["subnets"]["public-a"] = {"zone": "eu-central-1a", "cidr": "10.40.101.0/24", "tier": "public"}
    network["subnets"]["public-b"] = {"zone": "eu-central-1b", "cidr": "10.40.102.0/24", "tier": "public"}


def test_vpc_and_subnets_have_the_planned_ranges() -> None:
    network = declare()
    assert network.one("Vpc", "network").inputs["cidrBlock"] == "10.40.0.0/16"
    subnets = {one.name: one.inputs for one in network.of("Subnet")}
    assert {name: inputs["cidrBlock"] for name, inputs in subnets.items()} == {
        "network-private-a": "10.40.1.0/24",
        "network-private-b": "10.40.2.0/24",
        "network-private-c": "10.40.3.0/24",
    }
    assert subnets["network-private-b"]["availabilityZone"] == "eu-central-1b"
    assert not any(inputs["mapPublicIpOnLaunch"] for inputs in subnets.values())


def test_each_subnet_has_its_route_table() -> None:
    network = declare()
    assert len(network.of("RouteTable")) == len(network.of("RouteTableAssociation")) == 3
    gateway = network.one("VpcEndpoint", "network-s3").inputs
    assert sorted(gateway["routeTableIds"]) == [f"network-private-{zone}-id" for zone in "abc"]


def test_no_way_to_the_internet_without_nat() -> None:
    network = declare()
    for absent in ("InternetGateway", "NatGateway", "Eip", "Route"):
        assert network.of(absent) == []
    assert not any("0.0.0.0/0" in str(one.inputs) for one in network)


def test_with_nat_each_subnet_goes_out_by_its_own_route_table() -> None:
    network = declare(with_nat)
    routes = {one.name.removeprefix("network-egress-"): one.inputs["routeTableId"] for one in network.of("Route")}
    names = [f"{tier}-{zone}" for tier, zones in (("private", "abc"), ("public", "ab")) for zone in zones]
    assert routes == {name: f"network-{name}-id" for name in names}
    nats = {one.inputs["subnetId"] for one in network.of("NatGateway")}
    assert nats == {"network-public-a-id", "network-public-b-id"}


def test_endpoints_stand_behind_their_group_and_lead_to_the_given_buckets() -> None:
    network = declare()
    secrets = network.one("VpcEndpoint", "network-endpoints-secretsmanager").inputs
    assert secrets["securityGroupIds"] == ["network-groups-endpoint-id"]
    assert sorted(secrets["subnetIds"]) == [f"network-private-{zone}-id" for zone in "abc"]
    (statement,) = json.loads(network.one("VpcEndpoint", "network-s3").inputs["policy"])["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::artifacts-1", "arn:aws:s3:::artifacts-1/*"]


def test_the_default_group_is_closed() -> None:
    inputs = declare().one("DefaultSecurityGroup", "network-default").inputs
    assert "ingress" not in inputs
    assert "egress" not in inputs


def test_traffic_is_logged_for_as_long_as_configured() -> None:
    network = declare()
    assert network.one("FlowLog", "network-flow-logs").inputs["vpcId"] == "network-id"
    assert network.one("LogGroup", "network-flow-logs").inputs["retentionInDays"] == 30


def test_the_zone_is_private() -> None:
    zone = declare().one("Zone", "network-zone").inputs
    assert (zone["name"], zone["vpcs"]) == ("sandbox.hardway.internal", [{"vpcId": "network-id"}])


def test_children_hang_below_their_component() -> None:
    network = declare()
    assert "hardway:network:Network$aws:ec2/subnet:Subnet::" in network.one("Subnet", "network-private-a").urn
    assert "hardway:network:FlowLogs$aws:ec2/flowLog:FlowLog::" in network.one("FlowLog", "network-flow-logs").urn


@pytest.mark.parametrize("change", [unchanged, with_nat])
def test_a_preview_declares_the_same_resources(change: Change) -> None:
    assert declare(change, preview=True).keys == declare(change).keys


def test_an_endpoint_has_one_subnet_per_zone() -> None:
    def crowded(values: dict[str, Any]) -> None:
        values["hardway:network"]["subnets"]["more-a"] = {"zone": "eu-central-1a", "cidr": "10.40.4.0/24"}

    assert endpoint_subnets(load(crowded).network) == ["more-a", "private-b", "private-c"]
