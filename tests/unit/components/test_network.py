"""The network as declared: ranges, routes, endpoints, name zone, and what is not there without NAT."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.egress import nat_for
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


def test_nat_gateways_stand_in_public_subnets_and_serve_their_zone() -> None:
    network = declare(with_nat)
    assert {one.name for one in network.of("NatGateway")} == {"network-egress-public-a", "network-egress-public-b"}
    routes = {one.name.removeprefix("network-egress-"): one.inputs for one in network.of("Route")}
    assert routes["private-a"]["natGatewayId"] == "network-egress-public-a-id"
    assert routes["private-b"]["natGatewayId"] == "network-egress-public-b-id"
    assert routes["private-c"]["natGatewayId"] == "network-egress-public-a-id"
    assert routes["public-a"]["gatewayId"] == "network-egress-id"
    assert "natGatewayId" not in routes["public-a"]


def test_endpoints_are_those_that_machines_call() -> None:
    network = declare()
    services = {one.inputs["serviceName"]: one.inputs for one in network.of("VpcEndpoint")}
    region = "com.amazonaws.eu-central-1"
    assert set(services) == {f"{region}.{name}" for name in ("s3", "secretsmanager", "ec2", "autoscaling")}
    secrets = services[f"{region}.secretsmanager"]
    assert secrets["privateDnsEnabled"] is True
    assert secrets["securityGroupIds"] == ["network-groups-endpoint-id"]
    (statement,) = json.loads(services[f"{region}.s3"]["policy"])["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::artifacts-1", "arn:aws:s3:::artifacts-1/*"]


def test_the_default_group_is_closed() -> None:
    inputs = declare().one("DefaultSecurityGroup", "network-default").inputs
    assert "ingress" not in inputs
    assert "egress" not in inputs


def test_traffic_is_logged_with_a_role_for_that_log_group_only() -> None:
    network = declare()
    log = network.one("FlowLog", "network-flow-logs").inputs
    group = network.one("LogGroup", "network-flow-logs").inputs
    assert (log["trafficType"], group["retentionInDays"]) == ("ALL", 30)
    (statement,) = json.loads(network.one("RolePolicy", "network-flow-logs").inputs["policy"])["Statement"]
    assert statement["Resource"] == f"{log['logDestination']}:*"


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


def test_a_zone_without_nat_goes_out_through_the_first() -> None:
    subnets = load(with_nat).network.subnets
    assert nat_for("private-c", subnets) == "public-a"
    assert nat_for("private-b", subnets) == "public-b"
