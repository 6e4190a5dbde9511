"""Members of a group go through AWS's states, and hooks hold them until somebody lets go or the time is up."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from sandbox import autoscaling
from tests.unit.sandbox.groups import NAME, Groups, account


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[Groups]:
    with account(monkeypatch) as made:
        yield made


def test_a_group_has_as_many_as_wanted(groups: Groups) -> None:
    groups.make(3)
    assert groups.states() == ["InService"] * 3


def test_a_member_that_dies_is_replaced_at_once(groups: Groups) -> None:
    groups.make(2)
    groups.states()
    dead, kept = groups.members()
    groups.ec2.stop_instances(InstanceIds=[dead])
    assert groups.states() == ["InService"] * 2
    assert dead not in groups.members()
    assert kept in groups.members()


def test_a_member_that_leaves_is_held_and_counts_no_longer(groups: Groups) -> None:
    groups.make(2, {"drain": 600})
    groups.states()
    leaving = groups.in_state("InService")[0]
    groups.autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=leaving, ShouldDecrementDesiredCapacity=False
    )
    assert groups.states() == ["InService", "InService", "Terminating:Wait"]
    (instance,) = groups.ec2.describe_instances(InstanceIds=[leaving])["Reservations"][0]["Instances"]
    assert instance["State"]["Name"] == "running"
    groups.complete("drain", leaving)
    assert groups.states() == ["InService"] * 2
    assert leaving not in groups.members()


def test_a_member_that_stopped_is_held_too_but_its_successor_is_not_waited_for(groups: Groups) -> None:
    groups.make(1, {"drain": 600})
    groups.states()
    groups.ec2.stop_instances(InstanceIds=groups.in_state("InService"))
    assert groups.states() == ["InService", "Terminating:Wait"]


def test_a_new_member_serves_once_somebody_says_so(groups: Groups) -> None:
    groups.make(1, {"join": 600})
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=2)
    assert groups.states() == ["InService", "Pending:Wait"]
    groups.complete("join", groups.in_state("Pending:Wait")[0])
    assert groups.states() == ["InService"] * 2


def test_a_new_member_that_is_given_up_is_replaced_by_another(groups: Groups) -> None:
    groups.make(0, {"join": 600})
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=1)
    assert groups.states() == ["Pending:Wait"]
    (failed,) = groups.in_state("Pending:Wait")
    groups.complete("join", failed, "ABANDON")
    assert groups.states() == ["Pending:Wait"]
    assert failed not in groups.members()


def test_when_nobody_answers_the_default_holds(groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    groups.make(1, {"drain": 600})
    groups.states()
    (leaving,) = groups.members()
    groups.autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=leaving, ShouldDecrementDesiredCapacity=True)
    assert groups.states() == ["Terminating:Wait"]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 601)
    assert groups.states() == []


def test_without_machines_no_hook_holds(groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoscaling, "_changed", None)
    groups.make(2, {"drain": 600, "join": 600})
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=3)
    assert groups.states() == ["InService"] * 3
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=0)
    assert groups.states() == []


def test_without_machines_a_group_is_empty_as_soon_as_it_is_told_so(
    groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autoscaling, "_changed", None)
    groups.make(2)
    empty = {"MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0}
    groups.autoscaling.update_auto_scaling_group(AutoScalingGroupName=NAME, **empty)
    (group,) = groups.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"]
    assert group["Instances"] == []


def test_what_no_hook_holds_cannot_be_completed(groups: Groups) -> None:
    groups.make(1, {"drain": 600})
    groups.states()
    with pytest.raises(ClientError, match="No active Lifecycle Action found"):
        groups.complete("drain", next(iter(groups.members())))


def test_a_group_that_shrinks_loses_its_oldest_template_first(groups: Groups) -> None:
    groups.make(2)
    groups.states()
    old = set(groups.members())
    groups.new_template()
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=3)
    groups.states()
    (new,) = set(groups.members()) - old
    groups.autoscaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=1)
    groups.states()
    assert set(groups.members()) == {new}
