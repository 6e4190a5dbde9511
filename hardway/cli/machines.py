"""Machines of an environment through the AWS API: which there are, and how far each has booted by its console."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hardway.boot_console import Boot, console, last_boot, last_restore
from hardway.cli.failure import Failure


@dataclass(frozen=True)
class Machine:
    """One instance that is not gone."""

    id: str
    name: str
    node: str
    """Name of the node that it becomes: the member's, or what EC2 calls the machine."""
    role: str
    pool: str
    address: str
    state: str
    boot: Boot
    restore: Boot = field(default_factory=Boot)
    """What its etcd said last of a restore."""

    @property
    def awaits_restore(self) -> bool:
        """Whether its etcd has no data, no member to have it from, and waits for `./hw restore`."""
        return self.restore.state == "waiting"


def client(service: str, region: str, variables: Mapping[str, str]) -> Any:
    """An AWS client that uses `variables` on top of this process's own environment."""
    import boto3
    from botocore.config import Config

    merged = {**os.environ, **variables}
    return boto3.client(
        service,  # type: ignore[call-overload]  # one function for all services
        region_name=region,
        endpoint_url=merged.get("AWS_ENDPOINT_URL"),
        aws_access_key_id=merged.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=merged.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=merged.get("AWS_SESSION_TOKEN"),
        config=Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"}),
    )


def machines(ec2: Any, environment: str) -> list[Machine]:
    """All machines of the environment with their boot state, control planes first."""
    pages = ec2.get_paginator("describe_instances").paginate(
        Filters=[
            {"Name": "tag:hardway:environment", "Values": [environment]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
        ]
    )
    found = [
        _machine(ec2, instance)
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]
    return sorted(found, key=lambda machine: (machine.role != "control-plane", machine.name, machine.id))


def find(ec2: Any, environment: str, wanted: str) -> Machine:
    """The machine with that instance id, member name, node name, Name tag or address."""
    known = machines(ec2, environment)
    named = [machine for machine in known if wanted in (machine.id, machine.name, machine.node, machine.address)]
    if len(named) == 1:
        return named[0]
    names = ", ".join(f"{machine.node} ({machine.id}, {machine.address})" for machine in named or known) or "none"
    what = "more than one machine is called" if named else "there is no machine"
    raise Failure(f"{what} {wanted!r} in {environment}. Give a name, instance id or address of: {names}.")


def _machine(ec2: Any, instance: Mapping[str, Any]) -> Machine:
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags") or []}
    said = console(ec2, instance["InstanceId"])
    return Machine(
        id=instance["InstanceId"],
        name=tags.get("hardway:machine") or tags.get("Name") or instance["InstanceId"],
        node=tags.get("hardway:machine") or (instance.get("PrivateDnsName") or "").split(".")[0],
        role=tags.get("hardway:role", ""),
        pool=tags.get("hardway:pool", ""),
        address=instance.get("PrivateIpAddress", ""),
        state=instance["State"]["Name"],
        boot=last_boot(said),
        restore=last_restore(said),
    )
