"""Which machines there are: planned control planes from the bundle, instances of pools from EC2."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

from .decision import Machine

SETTINGS = Path("/etc/hardway/agent.json")
_AWS = '. /usr/lib/hardway/aws.sh; aws_describe_instances "$@"'
_INSTANCES = "{*}reservationSet/{*}item/{*}instancesSet/{*}item"
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

    def names(self) -> set[str]:
        """Node names of the control planes and of every pending or running instance, as EC2 tells them now."""
        return {*parse_names(self._describe()), *self._control_planes}

    def workers(self) -> dict[str, tuple[str, str]]:
        """Node name and state of every instance of a pool that EC2 still knows, by instance id."""
        return parse_workers(self._describe())

    def _describe(self) -> ElementTree.Element:
        filters = [f"tag:hardway:environment={self._environment}"]
        try:
            answer = subprocess.run(
                ["bash", "-c", _AWS, "inventory", *filters], capture_output=True, text=True, timeout=60, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unknown("no answer within 60 s") from error
        if answer.returncode:
            raise Unknown((answer.stderr.strip() or "no reason given").splitlines()[-1])
        return parse_answer(answer.stdout)


def parse_answer(xml: str) -> ElementTree.Element:
    """A whole answer of DescribeInstances; raises `Unknown` for anything less."""
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Unknown(f"the answer is not understood: {error}") from error
    if root.find("{*}reservationSet") is None or root.findtext("{*}nextToken"):
        raise Unknown("the answer is only a part")
    return root


def parse_instances(answer: ElementTree.Element) -> dict[str, Machine]:
    """Running pool instances in an answer of DescribeInstances, by node name."""
    machines = {}
    for item in answer.findall(_INSTANCES):
        tags = {tag.findtext("{*}key", ""): tag.findtext("{*}value", "") for tag in item.findall("{*}tagSet/{*}item")}
        host = item.findtext("{*}privateDnsName", "")
        address = item.findtext("{*}privateIpAddress", "")
        if "hardway:pool" in tags and host and address and item.findtext("{*}instanceState/{*}name") == "running":
            name = host.split(".")[0]
            since = item.findtext("{*}launchTime")
            launched = datetime.fromisoformat(since) if since else None
            machines[name] = Machine(tags["hardway:pool"], frozenset({name, host}), frozenset({address}), launched)
    return machines


def parse_names(answer: ElementTree.Element) -> set[str]:
    """Node names of all instances in an answer that are pending or running, of whatever pool."""
    present = ("pending", "running")
    found = [i for i in answer.findall(_INSTANCES) if i.findtext("{*}instanceState/{*}name") in present]
    return {item.findtext("{*}privateDnsName", "").split(".")[0] for item in found}


def parse_workers(answer: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Node name and state by instance id. An instance that has ended has lost its name."""
    return {
        item.findtext("{*}instanceId", ""): (
            item.findtext("{*}privateDnsName", "").split(".")[0],
            item.findtext("{*}instanceState/{*}name", ""),
        )
        for item in answer.findall(_INSTANCES)
        if "hardway:pool" in {tag.findtext("{*}key", "") for tag in item.findall("{*}tagSet/{*}item")}
    }
