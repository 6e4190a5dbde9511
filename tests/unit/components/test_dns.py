"""The private zone, and the API's name in it."""

from __future__ import annotations

from components.dns import ApiName, ApiNameArgs, PrivateZone, PrivateZoneArgs
from components.naming import Naming
from tests.unit.components.harness import run


def test_the_zone_is_private_and_never_emptied_by_force(naming: Naming) -> None:
    args = PrivateZoneArgs(naming=naming, domain="sandbox.hardway.internal", vpc_id="vpc-1")
    (zone,) = run(lambda: PrivateZone("zone", args)).of("Zone")
    assert (zone.inputs["name"], zone.inputs["vpcs"]) == ("sandbox.hardway.internal", [{"vpcId": "vpc-1"}])
    assert zone.inputs["forceDestroy"] is False


def test_the_name_is_an_alias_that_never_vanishes() -> None:
    (record,) = run(
        lambda: ApiName(
            "name",
            ApiNameArgs(
                host="api.example.net",
                zone_id="zone-1",
                load_balancer_dns_name="x.elb.amazonaws.com",
                load_balancer_zone_id="zone-lb",
            ),
        )
    ).of("Record")
    assert (record.inputs["name"], record.inputs["type"], record.inputs["zoneId"]) == ("api.example.net", "A", "zone-1")
    assert record.inputs["aliases"] == [
        {"name": "x.elb.amazonaws.com", "zoneId": "zone-lb", "evaluateTargetHealth": False}
    ]
