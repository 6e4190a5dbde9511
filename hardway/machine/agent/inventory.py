"""Which machines there are: planned control planes from the bundle, instances of pools from EC2."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

from .decision import Machine

SETTINGS = Path("/etc/hardway/agent.json")
_AWS = '. /usr/lib/hardway/aws.sh; aws_describe_instances "$@"'
_FRESH_SECONDS = 10.0
_BETWEEN_SECONDS = 0.5


class Unknown(Exception):
    """EC2 did not say which instances run."""


class Inventory:
    """The machines of this environment by node name; instances are asked for when one is missing."""

    def __init__(self, settings: Path = SETTINGS) -> None:
        plan = json.loads(settings.read_text())
        self._environment: str = plan["environment"]
        self._control_planes = {
            name: Machine(None, frozenset({name}), frozenset({address}))
            for name, address in plan["control_planes"].items()
        }
        self._instances: dict[str, Machine] = {}
        self._asked_at = float("-inf")

    def machines(self, name: str) -> dict[str, Machine]:
        """All machines. EC2 is asked again when what it said about `name` is old, or nothing."""
        age = time.monotonic() - self._asked_at
        fresh = age < (_FRESH_SECONDS if name in self._instances else _BETWEEN_SECONDS)
        if name not in self._control_planes and not fresh:
            self._instances = parse_instances(self._describe())
            self._asked_at = time.monotonic()
        return {**self._instances, **self._control_planes}

    def _describe(self) -> str:
        filters = [f"tag:hardway:environment={self._environment}", "instance-state-name=running"]
        answer = subprocess.run(
            ["bash", "-c", _AWS, "inventory", *filters], capture_output=True, text=True, timeout=60, check=False
        )
        if answer.returncode:
            raise Unknown((answer.stderr.strip() or "no reason given").splitlines()[-1])
        return answer.stdout


def parse_instances(xml: str) -> dict[str, Machine]:
    """Running pool instances in an answer of DescribeInstances, by node name."""
    machines = {}
    root = ElementTree.fromstring(xml)
    for item in root.findall("{*}reservationSet/{*}item/{*}instancesSet/{*}item"):
        tags = {tag.findtext("{*}key", ""): tag.findtext("{*}value", "") for tag in item.findall("{*}tagSet/{*}item")}
        host = item.findtext("{*}privateDnsName", "")
        address = item.findtext("{*}privateIpAddress", "")
        if "hardway:pool" in tags and host and address and item.findtext("{*}instanceState/{*}name") == "running":
            name = host.split(".")[0]
            machines[name] = Machine(tags["hardway:pool"], frozenset({name, host}), frozenset({address}))
    return machines
