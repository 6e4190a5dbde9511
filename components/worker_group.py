"""Worker group: the auto-scaling group of a pool, what holds its machines, and the gate that rolls them.

No component of its own: these are the pool's children. Another parent is another URN, and so other machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_command as command
from pulumi_aws import autoscaling, ec2

from components.naming import Naming
from hardway.config.machines import Pool
from hardway.machine.agent.groups import DRAIN, JOIN

BOOT_SECONDS: Final = 7200
"""How long a machine that has not joined is kept to be looked at: the most that a hook holds. Then it is replaced, so
never more than twelve times a day."""


@dataclass(frozen=True, kw_only=True)
class WorkerGroupArgs:
    """What the group needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    pool: str
    """Name of the pool."""

    config: Pool
    """The pool's section of the stack file."""

    region: str
    """Region of the environment."""

    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Id of each subnet."""

    template: ec2.LaunchTemplate
    """What a machine is."""

    tags: Mapping[str, str]
    """Tags of the group."""

    after: pulumi.Resource
    """What has to be there before the first machine is."""


@dataclass(frozen=True, kw_only=True)
class WorkerGroup:
    """What the pool hands on of its group."""

    name: pulumi.Output[str]
    """Name of the auto-scaling group."""

    gate: command.local.Command
    """Open once every machine of the pool is of the template."""


def group_name(naming: Naming, pool: str) -> str:
    """Name of the auto-scaling group of a pool."""
    return naming.name(f"pool-{pool}")


def keep_workers(name: str, args: WorkerGroupArgs, parent: pulumi.Resource) -> WorkerGroup:
    """Make a group that keeps as many machines as the pool wants, and each of them what the template says."""
    group = _group(name, args, parent)
    hooks = _hooks(name, args, group, parent)
    return WorkerGroup(name=group.name, gate=_gate(name, args, [group, *hooks], parent))


def _group(name: str, args: WorkerGroupArgs, parent: pulumi.Resource) -> autoscaling.Group:
    return autoscaling.Group(
        name,
        name=group_name(args.naming, args.pool),
        # No wanted number: it starts at the least and is an autoscaler's business afterwards.
        min_size=args.config.min,
        max_size=args.config.max,
        vpc_zone_identifiers=[args.subnet_ids[subnet] for subnet in args.config.subnets],
        launch_template={
            "id": args.template.id,
            "version": args.template.latest_version.apply(str),
        },
        health_check_type="EC2",
        health_check_grace_period=300,
        # The machines wait for the API, and the API's health is somebody else's wait: don't wait here, too.
        wait_for_capacity_timeout="0",
        termination_policies=["OldestLaunchTemplate", "OldestInstance"],
        # The launch template tags the machines; the group itself is tagged here.
        tags=[{"key": key, "value": value, "propagate_at_launch": False} for key, value in sorted(args.tags.items())],
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=args.after,
            # Its last machines are drained, too: that may take as long as their hook allows.
            custom_timeouts=pulumi.CustomTimeouts(delete=f"{args.config.rollout.drain_seconds // 60 + 15}m"),
        ),
    )


def _hooks(
    name: str, args: WorkerGroupArgs, group: autoscaling.Group, parent: pulumi.Resource
) -> list[autoscaling.LifecycleHook]:
    """What holds machines that come and go until a control plane has seen to them; see hardway/machine/agent."""
    return [
        autoscaling.LifecycleHook(
            f"{name}-{hook}",
            name=hook,
            autoscaling_group_name=group.name,
            lifecycle_transition=f"autoscaling:EC2_INSTANCE_{transition}",
            heartbeat_timeout=seconds,
            default_result=result,
            # It ends with its group, whose last machines are drained like any other.
            opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=True),
        )
        for hook, transition, seconds, result in (
            # Given up: a machine that never joined must not count, or the next one is replaced by its like.
            (JOIN, "LAUNCHING", BOOT_SECONDS, "ABANDON"),
            (DRAIN, "TERMINATING", args.config.rollout.drain_seconds, "CONTINUE"),
        )
    ]


def _gate(
    name: str, args: WorkerGroupArgs, after: list[pulumi.Resource], parent: pulumi.Resource
) -> command.local.Command:
    """Open once no machine is of an older template; it begins the replacement, too, and follows it.

    A template's first version has no older machines, so the first `up` does not even look. If it fails, the next
    `up` finds the same change and goes on.
    """
    rollout, version = args.config.rollout, args.template.latest_version.apply(str)
    roll = (
        f".venv/bin/python -m hardway.pool_rollout --group {group_name(args.naming, args.pool)}"
        f" --canary-seconds {rollout.canary_seconds} --surge-percent {rollout.surge_percent}"
        f" --drain-seconds {rollout.drain_seconds}"
    )
    return command.local.Command(
        f"{name}-gate",
        create=f'test "$HARDWAY_TEMPLATE" = 1 || {roll}',
        update=roll,
        environment={"AWS_REGION": args.region, "HARDWAY_TEMPLATE": version},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=after),
    )
