"""The way out: which subnet has a NAT gateway, and whose traffic goes through it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from components.egress import Egress, EgressArgs, nat_for
from hardway.config.network import Subnet
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run

SUBNETS: Mapping[str, Subnet] = {
    "private-a": Subnet(zone="eu-central-1a", cidr="10.0.1.0/24"),
    "private-b": Subnet(zone="eu-central-1b", cidr="10.0.2.0/24"),
    "private-c": Subnet(zone="eu-central-1c", cidr="10.0.3.0/24"),
    "public-b": Subnet(zone="eu-central-1b", cidr="10.0.102.0/24", tier="public"),
    "public-a": Subnet(zone="eu-central-1a", cidr="10.0.101.0/24", tier="public"),
}


@cache
def declare(without: str = "") -> Recording:
    subnets = {name: spec for name, spec in SUBNETS.items() if name != without}

    def program() -> dict[str, Any]:
        args = EgressArgs(
            naming=NAMING,
            vpc_id="vpc-1",
            subnets=subnets,
            subnet_ids={name: f"subnet-{name}" for name in subnets},
            route_table_ids={name: f"rtb-{name}" for name in subnets},
        )
        return {"addresses": Egress("egress", args).addresses}

    return run(program)


def test_each_public_subnet_holds_a_nat_gateway_with_an_address_of_its_own() -> None:
    nats = {one.name: one.inputs for one in declare().of("NatGateway")}
    assert {name: (one["subnetId"], one["allocationId"]) for name, one in nats.items()} == {
        f"egress-{name}": (f"subnet-{name}", f"egress-{name}-allocationId") for name in ("public-a", "public-b")
    }
    assert declare().outputs["addresses"] == {name: f"egress-{name}-publicIp" for name in ("public-a", "public-b")}


def test_an_address_is_taken_once_there_is_a_gateway_to_the_internet() -> None:
    gateway = declare().one("InternetGateway", "egress")
    assert gateway.inputs["vpcId"] == "vpc-1"
    assert all(gateway.urn in one.depends_on for one in declare().of("Eip"))


def test_private_subnets_go_out_through_the_nat_of_their_zone() -> None:
    routes = {one.name.removeprefix("egress-"): one.inputs for one in declare().of("Route")}
    nats = {name: one["natGatewayId"] for name, one in routes.items() if "natGatewayId" in one}
    # Zone c has none of its own.
    assert nats == {
        "private-a": "egress-public-a-id",
        "private-b": "egress-public-b-id",
        "private-c": "egress-public-a-id",
    }
    assert not any("gatewayId" in routes[name] for name in nats)


def test_public_subnets_go_out_by_themselves() -> None:
    routes = {one.name.removeprefix("egress-"): one.inputs for one in declare().of("Route")}
    public = {name: one["gatewayId"] for name, one in routes.items() if "gatewayId" in one}
    assert public == {"public-a": "egress-id", "public-b": "egress-id"}
    assert not any("natGatewayId" in routes[name] for name in public)


def test_every_subnet_has_its_route_in_its_own_table() -> None:
    tables = {one.name.removeprefix("egress-"): one.inputs["routeTableId"] for one in declare().of("Route")}
    assert tables == {name: f"rtb-{name}" for name in SUBNETS}
    assert {one.inputs["destinationCidrBlock"] for one in declare().of("Route")} == {"0.0.0.0/0"}


def test_taking_out_a_subnet_touches_its_own_resources_only() -> None:
    gone = declare().keys - declare(without="public-a").keys
    assert {name for _, name in gone} == {"egress-public-a"}
    assert len(gone) == 3
    assert declare(without="public-a").keys < declare().keys


def test_without_a_nat_in_its_zone_the_first_by_name_serves_not_the_first_in_the_file() -> None:
    assert nat_for("private-c", SUBNETS) == "public-a"
    assert nat_for("private-b", SUBNETS) == "public-b"
