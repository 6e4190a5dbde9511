"""A machine's boot asks for what is documented and for nothing else, and nothing that it asks for is refused."""

from __future__ import annotations

import time

import boto3

from hardway.ports import FLOWS, HTTPS_PORT, Role
from sandbox.addresses import METADATA, RESOLVER, vpc_resolver
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.router import Asked, recording

API = "api.sandbox.hardway.internal"
SERVICES = {"control-plane": ("secretsmanager", "ec2", "autoscaling"), "worker": ("secretsmanager",)}
"""What a machine of each role may call at an interface endpoint. Nobody calls STS."""


def test_a_worker_asks_for_what_is_documented(sandbox: Sandbox) -> None:
    """A worker's first boot: its group replaces one that is terminated."""
    before = {machine["instance_id"] for machine in sandbox.machines()}
    variables = sandbox.variables()
    group = boto3.client(
        "autoscaling",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    lost = next(machine for machine in sandbox.machines() if machine["pool"])
    with recording(sandbox) as record:
        group.terminate_instance_in_auto_scaling_group(
            InstanceId=lost["instance_id"], ShouldDecrementDesiredCapacity=False
        )
        new = joined(sandbox, before)
    tell(record.asked, new)
    check_asked(sandbox, "worker", new, record.asked)
    assert {asked: n for asked, n in record.refused().items() if asked.source == new} == {}
    assert {strange for strange in record.strange if strange[0] == new} == set()


@by_command
def test_a_control_plane_asks_for_what_is_documented(sandbox: Sandbox) -> None:
    """Machine, network interface and name are those of before; its disk is empty, its volume is not."""
    with recording(sandbox) as record:
        sandbox.hw("replace", "control-plane-3", "--yes")
    address = next(one["address"] for one in sandbox.machines() if one["member"] == "control-plane-3")
    tell(record.asked, address)
    check_asked(sandbox, "control-plane", address, record.asked)
    assert {asked: n for asked, n in record.refused().items() if asked.source == address} == {}
    assert {strange for strange in record.strange if strange[0] == address} == set()


def joined(sandbox: Sandbox, before: set[str]) -> str:
    """Address of the machine that has come since, once its node is Ready and there are five."""
    end = time.monotonic() + 240
    while True:
        new = [one for one in sandbox.machines() if one["instance_id"] not in before and one["state"] == "running"]
        if new and sandbox.hw("status", "sandbox", check=False).returncode == 0:
            nodes = {node["metadata"]["name"] for node in sandbox.objects("nodes")}
            if new[0]["node"] in nodes and len(nodes) == 5:
                return str(new[0]["address"])
        assert time.monotonic() < end, f"no new worker is Ready: {new}"
        time.sleep(1)


def check_asked(sandbox: Sandbox, role: Role, address: str, asked: dict[Asked, int]) -> None:
    """Everything is in the table, and what a boot cannot do without was there."""
    allowed = documented(sandbox, role)
    own = {
        (one.target, one.protocol, one.port): allowed.get((one.target, one.protocol, one.port))
        for one in asked
        if one.source == address
    }
    assert [asked for asked, why in own.items() if why is None] == []
    assert {"metadata", "name service", "S3", "secretsmanager"} <= set(own.values())


def documented(sandbox: Sandbox, role: Role) -> dict[tuple[str, str, int], str]:
    """Address, protocol and port of all that machines of a role may ask for, with what it is."""
    resolvers = (RESOLVER, vpc_resolver("10.40.0.0/16"))
    found = {(resolver, protocol, 53): "name service" for resolver in resolvers for protocol in ("udp", "tcp")}
    found[METADATA, "tcp", 80] = "metadata"
    found |= {(address, "tcp", HTTPS_PORT): "S3" for address in resolved(sandbox, "s3.eu-central-1.amazonaws.com")}
    for service in SERVICES[role]:
        name = f"{service}.eu-central-1.amazonaws.com"
        found |= {(address, "tcp", HTTPS_PORT): service for address in resolved(sandbox, name)}
    machines = sandbox.machines()
    members: dict[Role, list[str]] = {
        "control-plane": [one["address"] for one in machines if one["member"]],
        "worker": [one["address"] for one in machines if one["pool"]],
        "api": resolved(sandbox, API),
        "endpoint": [],
    }
    for flow in FLOWS:
        if flow.source == role:
            found |= {
                (address, flow.protocol, port): f"{flow.target}: {flow.why}"
                for address in members[flow.target]
                for port in range(flow.first_port, flow.last_port + 1)
            }
    return found


def resolved(sandbox: Sandbox, name: str) -> list[str]:
    """All addresses of a name, as machines find them."""
    lines = sandbox.on("control-plane-1", "getent", "ahostsv4", name).stdout.splitlines()
    return sorted({line.split()[0] for line in lines})


def tell(asked: dict[Asked, int], address: str) -> None:
    """Print what one machine asked for: with `pytest -s` this is the list to compare with docs/reference/ports.md."""
    for one in sorted(asked):
        if one.source == address:
            print(f"{one.source} asked for {one.target} {one.port}/{one.protocol}: {asked[one]} times")
