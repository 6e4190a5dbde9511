"""The group of a pool: how many machines, what holds them, and what rolls them."""

from __future__ import annotations

from functools import cache

import pulumi
import pulumi_command as command
from pulumi_aws import ec2

from components.worker_group import WorkerGroupArgs, group_name, keep_workers
from tests.unit.components.conftest import NAMING, load
from tests.unit.components.harness import Recording, run


@cache
def declare(*, preview: bool = False) -> Recording:
    """The group of the sandbox's pool, below a component that stands for it."""
    environment = load()

    def program() -> dict[str, pulumi.Output[str]]:
        pool = pulumi.ComponentResource("hardway:machines:WorkerPool", "pool")
        group = keep_workers(
            "pool",
            WorkerGroupArgs(
                naming=NAMING,
                pool="general",
                config=environment.pools["general"],
                region=environment.region,
                subnet_ids={name: f"subnet-{name}" for name in environment.network.subnets},
                template=ec2.LaunchTemplate("template"),
                tags={"hardway:pool": "general", "Name": "n"},
                after=command.local.Command("last-gate", update="true"),
            ),
            pool,
        )
        return {"name": group.name, "gate": group.gate.urn}

    return run(program, preview=preview)


def test_the_group_starts_at_its_least_in_its_subnets() -> None:
    group = declare().one("Group", "pool").inputs
    assert (group["minSize"], group["maxSize"]) == (2, 2)
    assert "desiredCapacity" not in group
    assert group["vpcZoneIdentifiers"] == ["subnet-private-a", "subnet-private-b"]
    assert group["waitForCapacityTimeout"] == "0"


def test_it_has_the_name_that_others_know_it_by() -> None:
    declared = declare()
    assert declared.one("Group", "pool").inputs["name"] == group_name(NAMING, "general")
    assert declared.outputs["name"] == "hardway-sandbox-pool-general"


def test_its_tags_are_its_own_and_not_the_machines() -> None:
    assert declare().one("Group", "pool").inputs["tags"] == [
        {"key": "Name", "value": "n", "propagateAtLaunch": False},
        {"key": "hardway:pool", "value": "general", "propagateAtLaunch": False},
    ]


def test_another_template_rolls_the_machines_and_the_gate_opens_afterwards() -> None:
    pool = declare()
    expected = {"id": "template-id", "version": "template-latestVersion"}
    assert pool.one("Group", "pool").inputs["launchTemplate"] == expected
    gate = pool.one("Command", "pool-gate")
    roll = (
        ".venv/bin/python -m hardway.pool_rollout --group hardway-sandbox-pool-general --canary-seconds 10"
        " --surge-percent 10 --drain-seconds 180"
    )
    assert gate.inputs["update"] == roll
    # The first version of a template has no older machines.
    assert gate.inputs["create"] == f'test "$HARDWAY_TEMPLATE" = 1 || {roll}'
    assert gate.inputs["environment"] == {"AWS_REGION": "eu-central-1", "HARDWAY_TEMPLATE": "template-latestVersion"}
    assert {pool.one("Group", "pool").urn, pool.one("LifecycleHook", "pool-drain").urn} <= set(gate.depends_on)
    assert pool.outputs["gate"] == gate.urn


def test_hooks_hold_machines_that_come_and_go_but_not_for_ever() -> None:
    pool = declare()
    join, drain = (pool.one("LifecycleHook", f"pool-{name}").inputs for name in ("join", "drain"))
    assert join["lifecycleTransition"] == "autoscaling:EC2_INSTANCE_LAUNCHING"
    assert (join["heartbeatTimeout"], join["defaultResult"]) == (7200, "ABANDON")
    assert drain["lifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    assert (drain["heartbeatTimeout"], drain["defaultResult"]) == (180, "CONTINUE")


def test_hooks_end_with_their_group_and_not_before() -> None:
    # A hook that is deleted first lets the last machines go undrained.
    assert {one.name for one in declare() if one.retain} == {"pool-join", "pool-drain"}


def test_a_boot_that_fails_does_not_make_a_machine_unhealthy() -> None:
    # Of the kinds of health only EC2's own says nothing of what runs on a machine.
    assert declare().one("Group", "pool").inputs["healthCheckType"] == "EC2"


def test_everything_is_a_child_of_the_pool() -> None:
    declared = declare()
    made = [*declared.of("Group"), *declared.of("LifecycleHook"), declared.one("Command", "pool-gate")]
    assert len(made) == 4
    assert {one.parent for one in made} == {declared.one("WorkerPool", "pool").urn}


def test_a_preview_declares_the_same_resources() -> None:
    assert declare(preview=True).keys == declare().keys
