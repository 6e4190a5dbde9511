"""Instance refreshes: members of an older template are replaced, the first alone, as many at once as the surge allows.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from sandbox.autoscaling import IN_SERVICE, Member, launch, present, settle

log = logging.getLogger(__name__)
_ACTIVE = ("Pending", "InProgress", "Cancelling")


class Refreshes:
    """All refreshes by group, the newest first."""

    def __init__(self) -> None:
        self.by_group: dict[str, list[dict[str, Any]]] = {}
        self.lock = threading.RLock()
        self.changed: Callable[[], None] = lambda: None

    def begin(self, group: Any, preferences: dict[str, Any]) -> str:
        """Start one; answers its id."""
        if self.active(group.name):
            raise AutoscalingClientError(
                "InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution"
            )
        refresh = {
            "InstanceRefreshId": str(uuid.uuid4()),
            "AutoScalingGroupName": group.name,
            "Status": "InProgress",
            "StartTime": utcnow(),
            "PercentageComplete": 0,
            "InstancesToUpdate": len(present(group)),
            "Preferences": preferences,
        }
        self.by_group.setdefault(group.name, []).insert(0, refresh)
        threading.Thread(target=self._run_or_fail, args=(group, refresh), daemon=True).start()
        return str(refresh["InstanceRefreshId"])

    def active(self, group_name: str) -> dict[str, Any] | None:
        """The refresh that is not over yet."""
        newest = self.by_group.get(group_name, [])[:1]
        return newest[0] if newest and newest[0]["Status"] in _ACTIVE else None

    def _run_or_fail(self, group: Any, refresh: dict[str, Any]) -> None:
        try:
            self._run(group, refresh)
        except Exception as error:
            # Who waits for its end is told, as by AWS of a template that cannot be launched.
            log.exception("the refresh of %s failed", group.name)
            refresh |= {"Status": "Failed", "StatusReason": repr(error), "EndTime": utcnow()}

    def _run(self, group: Any, refresh: dict[str, Any]) -> None:
        preferences = refresh["Preferences"]
        version = group.ec2_launch_template.get_version(group.launch_template_version).number
        checkpoints = [int(one) for one in preferences.get("CheckpointPercentages") or [100]]
        while refresh["Status"] == "InProgress":
            with self.lock:
                old = [member for member in present(group) if member.version != version]
                total = max(1, group.desired_capacity or 0)
                refresh["InstancesToUpdate"] = len(old)
                refresh["PercentageComplete"] = 100 * max(0, total - len(old)) // total
                if not old:
                    refresh["Status"] = "Successful"
                    break
                extra = total * (int(preferences.get("MaxHealthyPercentage") or 100) - 100) // 100
                # Towards a checkpoint no more are replaced than it takes to reach it, and always one.
                goal = next(one for one in checkpoints if one > refresh["PercentageComplete"])
                to_goal = -(-goal * total // 100) - (total - len(old))
                count = max(1, min(extra, to_goal, len(old)))
                group.surge, wanted = count, _serving(group, version) + count
                launch(group, count)
            self.changed()
            if not self._until(group, refresh, partial(_serve, group, version, wanted)):
                break
            time.sleep(float(preferences.get("InstanceWarmup") or 0))
            with self.lock:
                leaving = [member for member in present(group) if member.version != version][:count]
                group.surge = 0
                for member in leaving:
                    member.end()
                settle(group)
            self.changed()
            if not self._until(group, refresh, partial(_are_gone, leaving)):
                break
            done = 100 * (total - len(old) + count) // total
            if goal <= done < 100:
                end = time.monotonic() + float(preferences.get("CheckpointDelay") or 0)
                self._until(group, refresh, partial(_is_past, end))
        with self.lock:
            group.surge = 0
            if refresh["Status"] != "Successful":
                refresh["Status"] = "Cancelled"
            refresh["EndTime"] = utcnow()
            settle(group)
        self.changed()

    def _until(self, group: Any, refresh: dict[str, Any], true: Callable[[], bool]) -> bool:
        """Wait for it; False when the refresh was cancelled instead."""
        while refresh["Status"] == "InProgress":
            with self.lock:
                settle(group)
                if true():
                    return True
            time.sleep(0.2)
        return False


def _serving(group: Any, version: int) -> int:
    return sum(member.version == version and member.lifecycle_state == IN_SERVICE for member in present(group))


def _serve(group: Any, version: int, wanted: int) -> bool:
    return _serving(group, version) >= wanted


def _are_gone(members: list[Member]) -> bool:
    return all(member.instance.state == "terminated" for member in members)


def _is_past(moment: float) -> bool:
    return time.monotonic() >= moment


refreshes = Refreshes()


def install() -> None:
    """Answer what moto does not."""
    AutoScalingResponse.start_instance_refresh = _start
    AutoScalingResponse.describe_instance_refreshes = _describe
    AutoScalingResponse.cancel_instance_refresh = _cancel


def _start(self: Any) -> ActionResult:
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    return ActionResult({"InstanceRefreshId": refreshes.begin(group, self._get_param("Preferences", {}) or {})})


def _describe(self: Any) -> ActionResult:
    return ActionResult({"InstanceRefreshes": refreshes.by_group.get(self._get_param("AutoScalingGroupName"), [])})


def _cancel(self: Any) -> ActionResult:
    current = refreshes.active(self._get_param("AutoScalingGroupName"))
    if current is None:
        raise AutoscalingClientError(
            "ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found."
        )
    current["Status"] = "Cancelling"
    return ActionResult({"InstanceRefreshId": current["InstanceRefreshId"]})
