"""A refresh launches before it ends, begins with one, and stops where a new member does not come to serve."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import instance_refresh
from tests.unit.sandbox.groups import NAME, Groups, account

PREFERENCES: dict[str, Any] = {
    "MinHealthyPercentage": 100,
    "MaxHealthyPercentage": 200,
    "InstanceWarmup": 0,
    "CheckpointPercentages": [1, 100],
    "CheckpointDelay": 0,
    "SkipMatching": True,
}


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[Groups]:
    monkeypatch.setattr(instance_refresh, "refreshes", instance_refresh.Refreshes())
    with account(monkeypatch) as made:
        yield made
        if instance_refresh.refreshes.active(NAME):
            made.autoscaling.cancel_instance_refresh(AutoScalingGroupName=NAME)
            wait_for(lambda: not instance_refresh.refreshes.active(NAME))


def wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it has not come"
        time.sleep(0.02)


def start(groups: Groups) -> None:
    groups.autoscaling.start_instance_refresh(AutoScalingGroupName=NAME, Preferences=PREFERENCES)


def status(groups: Groups) -> str:
    newest = groups.autoscaling.describe_instance_refreshes(AutoScalingGroupName=NAME)["InstanceRefreshes"][0]
    return str(newest["Status"])


def versions(groups: Groups) -> list[str]:
    return sorted(version for _, version in groups.members().values())


def test_all_members_are_of_the_new_template_in_the_end(groups: Groups) -> None:
    groups.make(3)
    groups.states()
    version = groups.new_template()
    start(groups)
    wait_for(lambda: status(groups) == "Successful")
    groups.states()
    assert versions(groups) == [version] * 3


def test_the_first_comes_alone_and_nobody_leaves_before_it_serves(groups: Groups) -> None:
    groups.make(3, {"join": 600, "drain": 600})
    groups.states()
    groups.new_template()
    start(groups)
    wait_for(lambda: groups.states() == ["InService"] * 3 + ["Pending:Wait"])
    time.sleep(0.5)
    assert groups.states() == ["InService"] * 3 + ["Pending:Wait"]
    groups.complete("join", groups.in_state("Pending:Wait")[0])
    wait_for(lambda: groups.states() == ["InService"] * 3 + ["Terminating:Wait"])
    groups.complete("drain", groups.in_state("Terminating:Wait")[0])
    # The rest goes side by side, as far as the surge allows.
    wait_for(lambda: groups.states() == ["InService"] * 3 + ["Pending:Wait"] * 2)


def test_cancelled_it_leaves_the_old_members_and_takes_back_who_does_not_serve(groups: Groups) -> None:
    groups.make(2, {"join": 600})
    groups.states()
    before = set(groups.members())
    groups.new_template()
    start(groups)
    wait_for(lambda: "Pending:Wait" in groups.states())
    groups.autoscaling.cancel_instance_refresh(AutoScalingGroupName=NAME)
    wait_for(lambda: status(groups) == "Cancelled")
    groups.states()
    assert set(groups.members()) == before


def test_there_is_one_at_a_time(groups: Groups) -> None:
    groups.make(1, {"join": 600})
    groups.states()
    groups.new_template()
    start(groups)
    with pytest.raises(ClientError, match="InstanceRefreshInProgress"):
        start(groups)


def test_members_of_the_current_template_stay(groups: Groups) -> None:
    groups.make(2)
    groups.states()
    before = set(groups.members())
    start(groups)
    wait_for(lambda: status(groups) == "Successful")
    assert set(groups.members()) == before
