"""A group of three in an account of its own, with the sandbox's behaviour put into moto for as long as a test runs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse

from sandbox import autoscaling, instance_refresh

REGION, NAME = "eu-central-1", "hardway-test-pool-general"
HOOKS = {"join": "autoscaling:EC2_INSTANCE_LAUNCHING", "drain": "autoscaling:EC2_INSTANCE_TERMINATING"}
_PATCHED = {
    FakeAutoScalingGroup: ("replace_autoscaling_group_instances", "set_desired_capacity"),
    AutoScalingBackend: ("notify_terminate_instances", "terminate_instance"),
    AutoScalingResponse: (
        "complete_lifecycle_action",
        "start_instance_refresh",
        "describe_instance_refreshes",
        "cancel_instance_refresh",
    ),
}


def user_data(version: str) -> str:
    """What the machines of a template's version boot with."""
    return base64.b64encode(f"#!/bin/sh\necho {version}\n".encode()).decode()


class Groups:
    """The account's clients, and what tests ask and do."""

    def __init__(self) -> None:
        self.autoscaling: Any = boto3.client("autoscaling", region_name=REGION)
        self.ec2: Any = boto3.client("ec2", region_name=REGION)

    def make(self, desired: int = 3, hooks: dict[str, int] | None = None) -> None:
        """A group of so many that serve, and then its hooks with their heartbeat timeouts."""
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.medium", "UserData": user_data("1")}
        self.template = self.ec2.create_launch_template(LaunchTemplateName="t", LaunchTemplateData=data)[
            "LaunchTemplate"
        ]["LaunchTemplateId"]
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=NAME,
            MinSize=0,
            MaxSize=10,
            DesiredCapacity=desired,
            VPCZoneIdentifier=subnet,
            LaunchTemplate={"LaunchTemplateId": self.template, "Version": "1"},
            Tags=[{"Key": "hardway:environment", "Value": "test"}],
        )
        for name, seconds in (hooks or {}).items():
            self.autoscaling.put_lifecycle_hook(
                AutoScalingGroupName=NAME,
                LifecycleHookName=name,
                LifecycleTransition=HOOKS[name],
                HeartbeatTimeout=seconds,
                DefaultResult="ABANDON" if name == "join" else "CONTINUE",
            )

    def new_template(self) -> str:
        """Another version of the template, which the group has from now on."""
        data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.large", "UserData": user_data("2")}
        version = str(
            self.ec2.create_launch_template_version(LaunchTemplateId=self.template, LaunchTemplateData=data)[
                "LaunchTemplateVersion"
            ]["VersionNumber"]
        )
        self.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=NAME, LaunchTemplate={"LaunchTemplateId": self.template, "Version": version}
        )
        return version

    def members(self) -> dict[str, tuple[str, str]]:
        """State and version of the template by instance."""
        (group,) = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"]
        return {
            one["InstanceId"]: (one["LifecycleState"], one["LaunchTemplate"]["Version"]) for one in group["Instances"]
        }

    def states(self) -> list[str]:
        """The members' states."""
        # As the region does: nobody looks while somebody else changes.
        with instance_refresh.refreshes.lock:
            autoscaling.follow(REGION)
        return sorted(state for state, _ in self.members().values())

    def in_state(self, state: str) -> list[str]:
        """The members that are in it."""
        return [name for name, (found, _) in self.members().items() if found == state]

    def complete(self, hook: str, instance: str, result: str = "CONTINUE") -> None:
        """What an agent does."""
        with instance_refresh.refreshes.lock:
            self.autoscaling.complete_lifecycle_action(
                AutoScalingGroupName=NAME, LifecycleHookName=hook, InstanceId=instance, LifecycleActionResult=result
            )


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Groups]:
    """An empty account in which hooks hold."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # Put back what `install` replaces: monkeypatch restores what it has seen.
    for kind, names in _PATCHED.items():
        for name in names:
            monkeypatch.setattr(kind, name, getattr(kind, name, None), raising=False)
    monkeypatch.setattr(autoscaling, "_changed", lambda: None)
    autoscaling.install()
    instance_refresh.install()
    with mock_aws():
        yield Groups()
