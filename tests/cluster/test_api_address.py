"""The load balancer of the API gets other addresses: everybody finds it again by its name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.test_network_trouble import READY_SECONDS, all_ready_within
from tests.cluster.trouble import among, dropping, unready

pytestmark = by_command

NAME, PORT = "api.sandbox.hardway.internal", 6443
LOOK_SECONDS = 75
"""Longer than a node may be silent (40 s) before it is told to be not Ready."""


@dataclass(frozen=True)
class Services:
    """The clients of the region's API."""

    elb: Any
    ec2: Any
    route53: Any


def services(sandbox: Sandbox) -> Services:
    variables = sandbox.variables()
    names = ("elbv2", "ec2", "route53")
    return Services(
        *(
            boto3.client(  # type: ignore[call-overload]
                name,
                endpoint_url=variables["AWS_ENDPOINT_URL"],
                region_name="eu-central-1",
                aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            )
            for name in names
        )
    )


@contextmanager
def another_balancer(
    sandbox: Sandbox, aws: Services, like: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """A second load balancer with targets of its own, healthy, at other addresses; gone afterwards."""
    (vpc,) = {like["VpcId"]}
    group = aws.elb.create_target_group(
        Name="moved", Protocol="TCP", Port=PORT, VpcId=vpc, TargetType="ip", HealthCheckProtocol="HTTPS",
        HealthCheckPath="/readyz", HealthCheckIntervalSeconds=10, HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]  # fmt: skip
    targets = [{"Id": one["address"], "Port": PORT} for one in sandbox.machines() if one["member"]]
    aws.elb.register_targets(TargetGroupArn=group, Targets=targets)
    subnets = {zone["SubnetId"] for zone in like["AvailabilityZones"]}
    networks = {one["SubnetId"]: one["CidrBlock"] for one in aws.ec2.describe_subnets(SubnetIds=[*subnets])["Subnets"]}
    addresses = {subnet: cidr.replace(".0/24", ".20") for subnet, cidr in networks.items()}
    made = aws.elb.create_load_balancer(
        Name="moved", Type="network", Scheme="internal", SecurityGroups=like["SecurityGroups"],
        SubnetMappings=[{"SubnetId": subnet, "PrivateIPv4Address": one} for subnet, one in addresses.items()],
    )["LoadBalancers"][0]  # fmt: skip
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    aws.elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="TCP", Port=PORT, DefaultActions=forward)
    try:
        end = time.monotonic() + 60
        while True:
            said = aws.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            if {one["TargetHealth"]["State"] for one in said} == {"healthy"}:
                break
            assert time.monotonic() < end, said
            time.sleep(1)
        yield made, list(addresses.values())
    finally:
        aws.elb.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
        aws.elb.delete_target_group(TargetGroupArn=group)


def point_to(aws: Services, balancer: dict[str, Any]) -> None:
    """The API's name means that load balancer."""
    zones = aws.route53.list_hosted_zones()["HostedZones"]
    zone = next(one["Id"] for one in zones if NAME.endswith(one["Name"].rstrip(".")))
    alias = {
        "DNSName": balancer["DNSName"],
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": NAME, "Type": "A", "AliasTarget": alias}
    changes = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    aws.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def peers(sandbox: Sandbox, machine: str) -> set[str]:
    """Addresses at which a machine is connected to an API server."""
    said = sandbox.on(machine, "ss", "-Htn", "state", "established", "dport", "=", f":{PORT}").stdout.splitlines()
    return {line.split()[3].rpartition(":")[0].strip("[]").removeprefix("::ffff:") for line in said}


def test_nodes_stay_ready_when_the_api_moves_and_moves_back(sandbox: Sandbox) -> None:
    """What was there before answers nothing any more, not even that it is gone."""
    aws = services(sandbox)
    (old,) = (one for one in aws.elb.describe_load_balancers()["LoadBalancers"] if "api" in one["LoadBalancerName"])
    workers = [machine["instance_id"] for machine in sandbox.machines() if machine["pool"]]
    resolved = sandbox.on(workers[0], "getent", "ahostsv4", NAME).stdout.splitlines()
    before = sorted({line.split()[0] for line in resolved})
    with another_balancer(sandbox, aws, old) as (new, addresses):
        try:
            for balancer, there, gone, seconds in (
                (new, addresses, before, LOOK_SECONDS),
                (old, before, addresses, 20),
            ):
                point_to(aws, balancer)
                with dropping(sandbox, f"ip daddr {among(gone)}"):
                    watch(sandbox, workers, there, seconds)
        finally:
            point_to(aws, old)


def watch(sandbox: Sandbox, workers: list[str], addresses: list[str], seconds: float) -> None:
    """Look at the nodes for a while; then all are Ready, and the workers are connected to these addresses."""
    end, seen = time.monotonic() + seconds, set[str]()
    while time.monotonic() < end:
        seen.update(unready(sandbox))
        time.sleep(2)
    took = all_ready_within(sandbox, READY_SECONDS)
    print(f"moved to {addresses}: not Ready meanwhile: {sorted(seen) or 'none'}; all Ready after {took:.0f} s more")
    for worker in workers:
        end = time.monotonic() + READY_SECONDS
        while not peers(sandbox, worker) & set(addresses):
            assert time.monotonic() < end, f"{worker} is connected to {peers(sandbox, worker)}"
            time.sleep(1)
