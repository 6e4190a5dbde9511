"""Auto-scaling groups: instances as their launch template says, spread over subnets, replaced when they die.

Members go through AWS's states, and lifecycle hooks hold them:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import (
    ASG_NAME_TAG,
    AutoScalingBackend,
    FakeAutoScalingGroup,
    InstanceState,
    TerminateInstanceActivity,
    autoscaling_backends,
)
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from sandbox.moto_app import ACCOUNT
from sandbox.moto_gaps import template_user_data

PENDING, IN_SERVICE, TERMINATING = "Pending", "InService", "Terminating"
WAIT, PROCEED = ":Wait", ":Proceed"
_TRANSITIONS = {PENDING: "autoscaling:EC2_INSTANCE_LAUNCHING", TERMINATING: "autoscaling:EC2_INSTANCE_TERMINATING"}
_DEAD = ("stopping", "stopped", "shutting-down", "terminated")
_changed: Callable[[], None] | None = None


class Member(InstanceState):  # type: ignore[misc]  # moto has no types
    """An instance of a group, with the version of the template that it was launched from."""

    def __init__(self, instance: Any, version: int, *, protected: bool | None) -> None:
        super().__init__(instance, lifecycle_state=PENDING, protected_from_scale_in=protected)
        self.version = version
        self.held_until = 0.0
        self.verdict: str | None = None

    @property
    def launch_template(self) -> dict[str, Any]:
        """What `DescribeAutoScalingGroups` says of it: the version of its launch, whatever the group has now."""
        template = self.auto_scaling_group.ec2_launch_template
        return {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Version": str(self.version),
        }

    @property
    def leaving(self) -> bool:
        """Whether it is on its way out, and so no longer counted."""
        return bool(self.lifecycle_state.startswith(TERMINATING))

    def step(self) -> None:
        """Take it as far through its states as its instance and the hooks allow."""
        while self._one_step():
            pass

    def end(self) -> None:
        """Send it on its way out."""
        if not self.leaving:
            self.lifecycle_state = TERMINATING

    def _one_step(self) -> bool:
        state, before = self.lifecycle_state, self.lifecycle_state
        if not self.leaving and self.instance.state in _DEAD and not _keeps_dead(self.auto_scaling_group):
            state = TERMINATING
        elif state == PENDING and self.instance.state == "running":
            state = PENDING + (WAIT if self._held(PENDING) else PROCEED)
        elif state == TERMINATING:
            state = TERMINATING + (WAIT if self._held(TERMINATING) else PROCEED)
        elif state.endswith(WAIT) and (verdict := self._decided()):
            abandoned = state == PENDING + WAIT and verdict == "ABANDON"
            state = TERMINATING + PROCEED if abandoned else state.removesuffix(WAIT) + PROCEED
        elif state == PENDING + PROCEED:
            state = IN_SERVICE
        self.lifecycle_state = state
        if state == TERMINATING + PROCEED and self.instance.state not in ("shutting-down", "terminated"):
            self.auto_scaling_group.ec2_backend.terminate_instances([self.instance.id])
        return bool(state != before)

    def _hook(self, state: str) -> Any:
        group = self.auto_scaling_group
        hooks = group.autoscaling_backend.describe_lifecycle_hooks(group.name)
        return next((hook for hook in hooks if hook.lifecycle_transition == _TRANSITIONS[state]), None)

    def _held(self, state: str) -> bool:
        """Whether a hook holds it from now on. A region without machines has nobody who would let go."""
        hook = self._hook(state)
        if hook is None or _changed is None:
            return False
        self.verdict = None
        self.held_until = time.monotonic() + hook.heartbeat_timeout
        alarm = threading.Timer(hook.heartbeat_timeout + 0.1, _changed)
        alarm.daemon = True
        alarm.start()
        return True

    def _decided(self) -> str | None:
        if self.verdict is None and time.monotonic() >= self.held_until:
            hook = self._hook(self.lifecycle_state.removesuffix(WAIT))
            return str(hook.default_result) if hook else "CONTINUE"
        return self.verdict


def install() -> None:
    """Make moto's groups live like AWS's."""
    FakeAutoScalingGroup.replace_autoscaling_group_instances = lambda self, count, tags: launch(self, count)
    FakeAutoScalingGroup.set_desired_capacity = _set_desired
    AutoScalingBackend.notify_terminate_instances = lambda self, ids: _settle_all(self)
    AutoScalingBackend.terminate_instance = _terminate
    AutoScalingResponse.complete_lifecycle_action = _complete


def hold(changed: Callable[[], None]) -> None:
    """From now on hooks hold members; `changed` is called when the time of one is up."""
    global _changed
    _changed = changed


def follow(region: str) -> None:
    """Bring every group to what it should be."""
    _settle_all(autoscaling_backends[ACCOUNT][region])


def launch(group: Any, count: int) -> None:
    """New members from the group's template, each in the subnet that has the fewest."""
    ec2 = group.ec2_backend
    template = group.ec2_launch_template.get_version(group.launch_template_version)
    data = template.data
    interface = (data.get("NetworkInterfaces") or [{}])[0]
    subnets = [name.strip() for name in (group.vpc_zone_identifier or "").split(",")]
    for _ in range(count):
        used = Counter(member.instance.subnet_id for member in present(group))
        reservation = ec2.run_instances(
            template.image_id,
            1,
            template_user_data(template),
            [],
            instance_type=template.instance_type,
            is_instance_type_default=False,
            region_name=ec2.region_name,
            subnet_id=min(subnets, key=lambda subnet: used[subnet]),
            security_group_ids=list(data.get("SecurityGroupIds") or interface.get("Groups") or []),
            block_device_mappings=data.get("BlockDeviceMappings") or [],
            tags={"instance": template.instance_tags | group.get_propagated_tags() | {ASG_NAME_TAG: group.name}},
            launch_template={"LaunchTemplateId": template.template.id, "Version": str(template.number)},
        )
        instance = reservation.instances[0]
        instance.autoscaling_group = group
        group.instance_states.append(
            Member(instance, template.number, protected=group.new_instances_protected_from_scale_in)
        )


def present(group: Any) -> list[Member]:
    """The members that count."""
    return [member for member in group.instance_states if not member.leaving]


def settle(group: Any) -> None:
    """Members are where they can be, and there are as many as wanted."""
    for member in group.instance_states:
        member.step()
    _forget_gone(group)
    members, wanted = present(group), (group.desired_capacity or 0) + getattr(group, "surge", 0)
    if len(members) < wanted:
        launch(group, wanted - len(members))
        members = present(group)
        for member in members:
            member.step()
    current = group.ec2_launch_template.get_version(group.launch_template_version).number
    # First who does not serve yet, then OldestLaunchTemplate, then OldestInstance (the list is in order of launch).
    members.sort(key=lambda one: (one.lifecycle_state == IN_SERVICE, one.version == current))
    for member in members[: max(0, len(members) - wanted)]:
        member.end()
        member.step()
    # A region without machines ends them at once, and nobody comes by later.
    _forget_gone(group)


def _forget_gone(group: Any) -> None:
    group.instance_states = [one for one in group.instance_states if one.instance.state != "terminated"]


def _settle_all(backend: Any) -> None:
    for group in backend.autoscaling_groups.values():
        settle(group)


def _keeps_dead(group: Any) -> bool:
    """A group whose `HealthCheck` or `ReplaceUnhealthy` process is suspended keeps what stopped."""
    return bool({"HealthCheck", "ReplaceUnhealthy"} & {one["ProcessName"] for one in group.suspended_processes})


def _set_desired(self: Any, new_capacity: int | None) -> None:
    self.desired_capacity = self.min_size if new_capacity is None else new_capacity
    settle(self)


def _terminate(self: Any, instance_id: str, should_decrement: bool) -> TerminateInstanceActivity:
    group, member = _find(self, instance_id)
    before = group.desired_capacity
    if should_decrement:
        group.desired_capacity -= 1
    member.end()
    settle(group)
    return TerminateInstanceActivity(member.instance, before)


def _find(backend: Any, instance_id: str) -> tuple[Any, Member]:
    for group in backend.autoscaling_groups.values():
        for member in group.instance_states:
            if member.instance.id == instance_id:
                return group, member
    raise AutoscalingClientError("ValidationError", f"Instance Id not found - No managed instance found: {instance_id}")


def _complete(self: Any) -> ActionResult:
    """The action of the one hook that holds the instance."""
    group, member = _find(self.autoscaling_backend, self._get_param("InstanceId"))
    hook, verdict = self._get_param("LifecycleHookName"), self._get_param("LifecycleActionResult")
    holding = member._hook(member.lifecycle_state.removesuffix(WAIT)) if member.lifecycle_state.endswith(WAIT) else None
    if group.name != self._get_param("AutoScalingGroupName") or holding is None or holding.name != hook:
        raise AutoscalingClientError(
            "ValidationError", f"No active Lifecycle Action found with instance ID {member.instance.id}"
        )
    member.verdict = verdict
    settle(group)
    if _changed:
        _changed()
    return EmptyResult()
