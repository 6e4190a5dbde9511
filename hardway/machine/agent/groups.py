"""The auto-scaling groups of this environment: who waits for a lifecycle hook, and letting it go on."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from xml.etree import ElementTree

from .inventory import Unknown

JOIN, DRAIN = "join", "drain"
"""The hooks' names: what holds a new machine, and what holds one that has to go."""
_HOLDING = {"Pending:Wait": JOIN, "Terminating:Wait": DRAIN}
_AWS = '. /usr/lib/hardway/aws.sh; aws_query autoscaling 2011-01-01 "$@"'
_GROUPS = "{*}DescribeAutoScalingGroupsResult/{*}AutoScalingGroups/{*}member"


@dataclass(frozen=True)
class Waiting:
    """An instance that a hook holds."""

    instance: str
    group: str
    hook: str


class Groups:
    """What Auto Scaling says and is told, as this machine's role."""

    def __init__(self, environment: str) -> None:
        self._environment = environment

    def waiting(self) -> list[Waiting]:
        """All instances of the environment that wait; raises `Unknown` when Auto Scaling did not say."""
        return parse_waiting(self._described())

    def _described(self) -> str:
        return _ask(
            "DescribeAutoScalingGroups",
            "MaxRecords=100",
            "Filters.member.1.Name=tag:hardway:environment",
            f"Filters.member.1.Values.member.1={self._environment}",
        )

    def pools(self) -> list[str]:
        """Names of all pools of the environment; raises `Unknown` when Auto Scaling did not say."""
        return parse_pools(self._described())

    def go_on(self, one: Waiting) -> None:
        """End the wait. That somebody else ended it before is as good."""
        try:
            _ask(
                "CompleteLifecycleAction",
                f"AutoScalingGroupName={one.group}",
                f"LifecycleHookName={one.hook}",
                f"InstanceId={one.instance}",
                "LifecycleActionResult=CONTINUE",
            )
        except Unknown as error:
            if "No active Lifecycle Action" not in str(error):
                raise


def parse_waiting(xml: str) -> list[Waiting]:
    """The instances that wait, out of an answer of DescribeAutoScalingGroups."""
    return [
        Waiting(item.findtext("{*}InstanceId", ""), group.findtext("{*}AutoScalingGroupName", ""), _HOLDING[state])
        for group in _groups(xml)
        for item in group.findall("{*}Instances/{*}member")
        if (state := item.findtext("{*}LifecycleState", "")) in _HOLDING
    ]


def parse_pools(xml: str) -> list[str]:
    """The names of pools, out of an answer of DescribeAutoScalingGroups."""
    tags = [tag for group in _groups(xml) for tag in group.findall("{*}Tags/{*}member")]
    return sorted({tag.findtext("{*}Value", "") for tag in tags if tag.findtext("{*}Key") == "hardway:pool"})


def _groups(xml: str) -> list[ElementTree.Element]:
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Unknown(f"the answer is not understood: {error}") from error
    if root.find("{*}DescribeAutoScalingGroupsResult") is None or root.findtext(".//{*}NextToken"):
        raise Unknown("the answer is only a part")
    return root.findall(_GROUPS)


def _ask(action: str, *parameters: str) -> str:
    command = ["bash", "-c", _AWS, "groups", action, *parameters]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unknown("no answer within 60 s") from error
    if answer.returncode:
        raise Unknown((answer.stderr.strip() or "no reason given").splitlines()[-1])
    return answer.stdout
