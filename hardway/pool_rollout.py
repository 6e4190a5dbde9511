"""Rolls a worker pool: `python -m hardway.pool_rollout --group NAME …` returns once every machine is of its template.

The group replaces its machines by itself, by an instance refresh: one canary first, then as many at once as the surge
allows, and none leaves before its successor serves. Its hooks hold a new machine until its node is Ready, and one that
leaves until it is drained. This program begins the refresh and follows it, and asks AWS only.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from hardway.boot_console import FAILED_SECONDS, Boot, console, last_boot
from hardway.machine.agent.groups import JOIN

POLL_SECONDS = 3.0
BOOT_SECONDS = 900.0
"""A boot gives up on what it waits for after 600 s and says why: that has to come first."""
_ACTIVE = ("Pending", "InProgress", "Cancelling")


class Stuck(Exception):
    """A pool does not come to its new template; the text says what is known and what to do."""


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """A group's newest instance refresh."""

    id: str
    status: str
    percent: int
    reason: str

    @property
    def active(self) -> bool:
        """Whether it still does something."""
        return self.status in _ACTIVE


@dataclass(frozen=True)
class Member:
    """A machine of the group."""

    id: str
    state: str
    version: str


class Pool:
    """One auto-scaling group, as Auto Scaling and EC2 tell it."""

    def __init__(self, autoscaling: Any, ec2: Any, name: str) -> None:
        self._autoscaling, self._ec2, self.name = autoscaling, ec2, name

    def look(self) -> tuple[str, list[Member]]:
        """The version of the template that machines shall have, and the machines that count."""
        groups = self._autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])["AutoScalingGroups"]
        if not groups:
            raise Stuck(f"there is no auto-scaling group {self.name}; run pulumi refresh and up again.")
        members = [
            Member(one["InstanceId"], one["LifecycleState"], (one.get("LaunchTemplate") or {}).get("Version", ""))
            for one in groups[0]["Instances"]
            if not one["LifecycleState"].startswith("Terminat")
        ]
        return groups[0]["LaunchTemplate"]["Version"], members

    def refresh(self) -> Refresh | None:
        """The newest refresh."""
        found = self._autoscaling.describe_instance_refreshes(AutoScalingGroupName=self.name, MaxRecords=1)
        for one in found["InstanceRefreshes"][:1]:
            return Refresh(
                id=one["InstanceRefreshId"],
                status=one["Status"],
                percent=one.get("PercentageComplete", 0),
                reason=one.get("StatusReason", ""),
            )
        return None

    def start(self, preferences: dict[str, Any]) -> None:
        """Begin to replace what is of another version."""
        self._autoscaling.start_instance_refresh(AutoScalingGroupName=self.name, Preferences=preferences)

    def stop(self, version: str) -> None:
        """Cancel the refresh, and give up machines of other versions that have not joined."""
        self._autoscaling.cancel_instance_refresh(AutoScalingGroupName=self.name)
        for member in self.look()[1]:
            if member.version != version and member.state == "Pending:Wait":
                try:
                    self._autoscaling.complete_lifecycle_action(
                        AutoScalingGroupName=self.name,
                        LifecycleHookName=JOIN,
                        InstanceId=member.id,
                        LifecycleActionResult="ABANDON",
                    )
                except ClientError as error:
                    # It has joined, or the group has taken it back, a moment ago.
                    if error.response["Error"]["Code"] != "ValidationError":
                        raise

    def boot(self, member: Member) -> Boot:
        """What the machine's boot said last."""
        return last_boot(console(self._ec2, member.id))


def preferences(*, canary_seconds: int, surge_percent: int) -> dict[str, Any]:
    """What an instance refresh is told."""
    return {
        # One more before one less: a full pool has nowhere to put the pods of the machine that goes.
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": 100 + surge_percent,
        # A machine serves once its node is Ready, which its hook waits for: nothing needs to warm up.
        "InstanceWarmup": 0,
        # One percent of any pool is one machine.
        "CheckpointPercentages": [1, 100],
        "CheckpointDelay": canary_seconds,
        "SkipMatching": True,
    }


def roll(
    pool: Pool,
    wanted: dict[str, Any],
    *,
    patience: float,
    say: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """How many machines were replaced, all of the template by now; Stuck when nothing has moved for `patience` s."""
    begun, moved_at, seen = False, clock(), ""
    failed: dict[str, float] = {}
    replaced: set[str] = set()
    while True:
        version, members = pool.look()
        old = [one for one in members if one.version != version]
        replaced |= {one.id for one in old}
        refresh = pool.refresh()
        active = refresh is not None and refresh.active
        if not old and not active:
            return len(replaced)
        if active and not begun and len(old) == len(members):
            say(f"{pool.name}: cancelling the replacement by an earlier template")
            pool.stop(version)
            _until_over(pool, patience, clock, sleep)
            continue
        if not active:
            if begun and refresh is not None:
                raise Stuck(
                    f"{pool.name}: the replacement of its machines ended as {refresh.status}"
                    f"{f' ({refresh.reason})' if refresh.reason else ''}, and {len(old)} of {len(members)} "
                    "machines are of an older template. Run up again to go on."
                )
            pool.start(wanted)
            begun = True
            continue
        begun = True
        news = " ".join(sorted(f"{one.id}={one.state}" for one in members)) + f" {refresh.percent if refresh else 0}"
        if news != seen:
            seen, moved_at = news, clock()
            say(f"{pool.name}: {len(members) - len(old)} of {len(members)} machines are new")
        _refuse_failed(pool, [one for one in members if one.state.startswith("Pending")], failed, clock(), old, members)
        if clock() - moved_at > patience:
            raise Stuck(
                f"{pool.name}: nothing has moved for {patience:.0f} s; {len(members) - len(old)} of {len(members)} "
                f"machines are new. {_pending(pool, members)}See ./hw status; then run up again."
            )
        sleep(POLL_SECONDS)


def _refuse_failed(
    pool: Pool, joining: list[Member], failed: dict[str, float], now: float, old: list[Member], members: list[Member]
) -> None:
    for member in joining:
        boot = pool.boot(member)
        if boot.state != "failed":
            failed.pop(member.id, None)
        elif now - failed.setdefault(member.id, now) > FAILED_SECONDS:
            raise Stuck(
                f"{pool.name}: the new machine {member.id} does not boot: {boot}. It is kept to be looked at, and "
                f"{len(old)} of {len(members)} machines stay as they were. Mend the cause, and it joins by itself; or "
                f"revert the edit and run up again, which takes it back. Its log: ./hw logs {member.id}."
            )


def _until_over(pool: Pool, patience: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    end = clock() + patience
    while (refresh := pool.refresh()) is not None and refresh.active:
        if clock() > end:
            raise Stuck(f"{pool.name}: the replacement {refresh.id} is not cancelled after {patience:.0f} s.")
        sleep(POLL_SECONDS)


def _pending(pool: Pool, members: list[Member]) -> str:
    joining = [one for one in members if one.state.startswith("Pending")]
    return "".join(f"{one.id} has not joined: {pool.boot(one)}. " for one in joining)


def main(arguments: list[str] | None = None) -> int:
    """Parse, roll, and say how it ended."""
    parser = argparse.ArgumentParser(prog="python -m hardway.pool_rollout", description=__doc__)
    parser.add_argument("--group", required=True, help="name of the auto-scaling group")
    parser.add_argument("--canary-seconds", type=int, default=60, help="how long the first new machine runs alone")
    parser.add_argument("--surge-percent", type=int, default=10, help="new machines at once beside those wanted")
    parser.add_argument("--drain-seconds", type=int, default=600, help="how long the group's hook waits for a drain")
    options = parser.parse_args(arguments)
    pool = Pool(boto3.client("autoscaling"), boto3.client("ec2"), options.group)
    wanted = preferences(canary_seconds=options.canary_seconds, surge_percent=options.surge_percent)
    patience = BOOT_SECONDS + max(options.drain_seconds, options.canary_seconds)
    try:
        count = roll(pool, wanted, patience=patience, say=lambda text: print(text, flush=True))
    except Stuck as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ClientError as error:
        print(f"error: {options.group}: AWS could not be asked about it: {error}", file=sys.stderr)
        return 1
    print(f"{options.group}: {f'{count} machines are replaced' if count else 'no machine is of an older template'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
