"""The ways to AWS' services without the Internet."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from components.endpoints import InterfaceEndpoints, InterfaceEndpointsArgs, S3Endpoint, S3EndpointArgs
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run

REGION = "com.amazonaws.eu-central-1"


@cache
def to_s3() -> Recording:
    def program() -> dict[str, Any]:
        endpoint = S3Endpoint(
            "s3",
            S3EndpointArgs(
                naming=NAMING,
                region="eu-central-1",
                vpc_id="vpc-1",
                route_table_ids=["rtb-a", "rtb-b"],
                buckets=("artifacts-1", "backups-1"),
            ),
        )
        return {"prefix_list": endpoint.prefix_list_id}

    return run(program)


@cache
def to_services() -> Recording:
    args = InterfaceEndpointsArgs(
        naming=NAMING,
        region="eu-central-1",
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-endpoint",
    )
    return run(lambda: InterfaceEndpoints("endpoints", args))


def test_s3_is_a_route_in_every_table() -> None:
    endpoint = to_s3().one("VpcEndpoint", "s3").inputs
    assert (endpoint["serviceName"], endpoint["vpcEndpointType"]) == (f"{REGION}.s3", "Gateway")
    assert endpoint["routeTableIds"] == ["rtb-a", "rtb-b"]
    assert not {"subnetIds", "securityGroupIds", "privateDnsEnabled"} & endpoint.keys()
    assert to_s3().outputs["prefix_list"] == "s3-prefixListId"


def test_the_route_leads_to_our_buckets_only_and_deletes_nothing() -> None:
    (statement,) = json.loads(to_s3().one("VpcEndpoint", "s3").inputs["policy"])["Statement"]
    arns = [f"arn:aws:s3:::{name}" for name in ("artifacts-1", "backups-1")]
    assert statement["Resource"] == [*arns, *(f"{arn}/*" for arn in arns)]
    assert set(statement["Action"]) == {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}


def test_services_that_machines_call_have_an_endpoint_each_and_no_others() -> None:
    names = {one.name: one.inputs["serviceName"] for one in to_services().of("VpcEndpoint")}
    assert names == {
        f"endpoints-{service}": f"{REGION}.{service}" for service in ("secretsmanager", "ec2", "autoscaling")
    }


def test_they_answer_to_the_services_usual_name_behind_their_group() -> None:
    for endpoint in to_services().of("VpcEndpoint"):
        assert (endpoint.inputs["vpcEndpointType"], endpoint.inputs["privateDnsEnabled"]) == ("Interface", True)
        assert endpoint.inputs["securityGroupIds"] == ["sg-endpoint"]
        assert endpoint.inputs["subnetIds"] == ["subnet-a", "subnet-b"]
        assert "routeTableIds" not in endpoint.inputs


def test_each_is_its_components_child() -> None:
    assert to_s3().one("VpcEndpoint", "s3").parent == to_s3().one("S3Endpoint", "s3").urn
    owner = to_services().one("InterfaceEndpoints", "endpoints").urn
    assert {one.parent for one in to_services().of("VpcEndpoint")} == {owner}
