"""Auto-scaling groups: instances as their launch template says, spread over subnets, replaced when they die."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import ASG_NAME_TAG, FakeAutoScalingGroup, InstanceState, autoscaling_backends
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends

from sandbox.moto_app import ACCOUNT

log = logging.getLogger(__name__)


def install() -> None:
    """Make moto's groups launch like AWS's, and answer for instance refreshes."""
    FakeAutoScalingGroup.replace_autoscaling_group_instances = _launch
    AutoScalingResponse.start_instance_refresh = _start_refresh
    AutoScalingResponse.describe_instance_refreshes = _describe_refreshes
    AutoScalingResponse.cancel_instance_refresh = _cancel_refresh


def _launch(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
    ec2 = self.ec2_backend
    template = self.ec2_launch_template.get_version(self.launch_template_version)
    data = template.data
    interface = (data.get("NetworkInterfaces") or [{}])[0]
    subnets = [name.strip() for name in (self.vpc_zone_identifier or "").split(",")]
    for _ in range(count_needed):
        used = Counter(state.instance.subnet_id for state in self.instance_states)
        reservation = ec2.run_instances(
            template.image_id,
            1,
            template.user_data,
            [],
            instance_type=template.instance_type,
            is_instance_type_default=False,
            region_name=ec2.region_name,
            subnet_id=min(subnets, key=lambda subnet: used[subnet]),
            security_group_ids=list(data.get("SecurityGroupIds") or interface.get("Groups") or []),
            metadata_options=data.get("MetadataOptions") or {},
            block_device_mappings=data.get("BlockDeviceMappings") or [],
            tags={"instance": template.instance_tags | propagated_tags | {ASG_NAME_TAG: self.name}},
            launch_template={"LaunchTemplateId": template.template.id, "Version": str(template.number)},
        )
        instance = reservation.instances[0]
        instance.autoscaling_group = self
        if profile := data.get("IamInstanceProfile"):
            ec2.associate_iam_instance_profile(
                instance_id=instance.id,
                iam_instance_profile_name=profile.get("Name"),
                iam_instance_profile_arn=profile.get("Arn"),
            )
        self.instance_states.append(
            InstanceState(instance, protected_from_scale_in=self.new_instances_protected_from_scale_in)
        )


def replace_dead(region: str) -> bool:
    """Terminate members that stopped, and launch a successor for each that is gone. Answers whether any was.

    A group whose `HealthCheck` or `ReplaceUnhealthy` process is suspended keeps what stopped.
    """
    groups, ec2 = autoscaling_backends[ACCOUNT][region], ec2_backends[ACCOUNT][region]
    dead = [
        state.instance.id
        for group in groups.autoscaling_groups.values()
        if not {"HealthCheck", "ReplaceUnhealthy"} & {one["ProcessName"] for one in group.suspended_processes}
        for state in group.instance_states
        if state.instance.state in ("stopping", "stopped", "shutting-down", "terminated")
    ]
    if dead:
        ec2.terminate_instances(dead)
        groups.notify_terminate_instances(dead)
    return bool(dead)


class Refreshes:
    """Instance refreshes: one member after the other is replaced by one of the group's current template."""

    def __init__(self) -> None:
        self.by_group: dict[str, list[dict[str, Any]]] = {}
        self.lock: threading.RLock | None = None
        self.changed: Callable[[], None] = lambda: None

    def begin(self, group: Any, warmup: float) -> str:
        """Start one; answers its id."""
        refresh = {
            "InstanceRefreshId": str(uuid.uuid4()),
            "AutoScalingGroupName": group.name,
            "Status": "InProgress",
            "PercentageComplete": 0,
            "InstancesToUpdate": len(group.instance_states),
        }
        self.by_group.setdefault(group.name, []).insert(0, refresh)
        threading.Thread(target=self._replace, args=(group, refresh, warmup), daemon=True).start()
        return str(refresh["InstanceRefreshId"])

    def _replace(self, group: Any, refresh: dict[str, Any], warmup: float) -> None:
        assert self.lock is not None
        old = [state.instance for state in group.instance_states]
        for number, instance in enumerate(old, 1):
            if refresh["Status"] != "InProgress":
                return
            with self.lock:
                group.ec2_backend.terminate_instances([instance.id])
                group.autoscaling_backend.notify_terminate_instances([instance.id])
            self.changed()
            while refresh["Status"] == "InProgress" and not self._settled(group, instance):
                time.sleep(0.2)
            time.sleep(warmup)
            refresh["InstancesToUpdate"] = len(old) - number
            refresh["PercentageComplete"] = 100 * number // len(old)
        if refresh["Status"] == "InProgress":
            refresh["Status"] = "Successful"

    def _settled(self, group: Any, replaced: Any) -> bool:
        assert self.lock is not None
        with self.lock:
            members = [state.instance.state for state in group.instance_states]
        return replaced.state == "terminated" and all(state == "running" for state in members)


refreshes = Refreshes()


def _start_refresh(self: Any) -> ActionResult:
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    preferences = self._get_param("Preferences", {}) or {}
    return ActionResult({"InstanceRefreshId": refreshes.begin(group, float(preferences.get("InstanceWarmup") or 0))})


def _describe_refreshes(self: Any) -> ActionResult:
    return ActionResult({"InstanceRefreshes": refreshes.by_group.get(self._get_param("AutoScalingGroupName"), [])})


def _cancel_refresh(self: Any) -> ActionResult:
    current = refreshes.by_group.get(self._get_param("AutoScalingGroupName"), [])[:1]
    for refresh in current:
        refresh["Status"] = "Cancelled"
    return ActionResult({"InstanceRefreshId": current[0]["InstanceRefreshId"] if current else ""})
