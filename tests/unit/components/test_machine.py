"""One control plane's computer: what of it outlives a replacement, and in which order the rest is replaced."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pulumi
import pulumi_command as command
import pytest

from components.machine import ControlPlaneMachine, ControlPlaneMachineArgs
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run

ARGS = ControlPlaneMachineArgs(
    naming=NAMING,
    member="control-plane-1",
    subnet_id="subnet-a",
    zone="eu-central-1a",
    address="10.40.1.11",
    security_group_id="sg-control-plane",
    ami="ami-1",
    image_owner="136693071363",
    instance_type="m6i.large",
    profile_name="profile",
    key_arn="arn:key",
    root_volume_gib=30,
    etcd_volume_gib=20,
    protect_data=True,
    deletion_protection=True,
)


@cache
def declare(args: ControlPlaneMachineArgs = ARGS) -> Recording:
    def program() -> dict[str, pulumi.Output[str]]:
        gate = command.local.Command("gate-before", update="true")
        machine = ControlPlaneMachine("one", args)
        return {"id": machine.boot("#cloud-config\n", [gate]).id}

    return run(program)


def test_address_and_volume_are_there_before_the_machine_and_wait_for_no_gate() -> None:
    # What a machine borrows is made at once; only the machine itself waits for its turn.
    declared = declare()
    gate = declared.one("Command", "gate-before").urn
    assert [one.name for one in declared if gate in one.depends_on] == ["one"]
    assert gate in declared.one("Instance", "one").depends_on


def test_the_instance_borrows_interface_and_volume() -> None:
    declared = declare()
    assert declared.one("Instance", "one").inputs["primaryNetworkInterface"] == {"networkInterfaceId": "one-id"}
    attachment = declared.one("VolumeAttachment", "one-etcd").inputs
    assert (attachment["volumeId"], attachment["instanceId"]) == ("one-etcd-id", "one-id")
    assert attachment["deviceName"] == "/dev/sdf"


def test_the_old_machine_lets_go_before_the_new_one_takes() -> None:
    declared = declare()
    before = {one.type.rpartition(":")[2] for one in declared if one.delete_before_replace}
    assert before == {"Instance", "VolumeAttachment"}
    assert declared.one("VolumeAttachment", "one-etcd").inputs["stopInstanceBeforeDetaching"] is True


def test_the_interface_holds_the_planned_address_behind_its_group() -> None:
    interface = declare().one("NetworkInterface", "one").inputs
    assert (interface["subnetId"], interface["privateIps"]) == ("subnet-a", ["10.40.1.11"])
    assert (interface["securityGroups"], interface["sourceDestCheck"]) == (["sg-control-plane"], True)


def test_it_can_be_asked_with_session_tokens_only_and_by_no_pod() -> None:
    metadata = declare().one("Instance", "one").inputs["metadataOptions"]
    assert (metadata["httpTokens"], metadata["httpPutResponseHopLimit"]) == ("required", 1)


def test_both_disks_are_encrypted_with_the_environments_key() -> None:
    data, root = declare().one("Volume", "one-etcd").inputs, declare().one("Instance", "one").inputs["rootBlockDevice"]
    assert (data["encrypted"], data["kmsKeyId"], data["size"]) == (True, "arn:key", 20)
    assert (root["encrypted"], root["kmsKeyId"], root["volumeSize"]) == (True, "arn:key", 30)
    assert data["availabilityZone"] == "eu-central-1a"


@pytest.mark.parametrize("kept", [True, False])
def test_a_protected_volume_is_kept_and_nothing_else(kept: bool) -> None:
    declared = declare(replace(ARGS, protect_data=kept))
    assert {one.name for one in declared if one.protect or one.retain} == ({"one-etcd"} if kept else set())
    volume = declared.one("Volume", "one-etcd")
    assert (volume.protect, volume.retain) == (kept, kept)


@pytest.mark.parametrize("guarded", [True, False])
def test_hands_cannot_end_a_guarded_machine_but_a_replacement_can(guarded: bool) -> None:
    instance = declare(replace(ARGS, deletion_protection=guarded)).one("Instance", "one").inputs
    assert instance["disableApiTermination"] is guarded
    assert instance["forceDestroy"] is True


def test_disks_are_told_apart_by_their_names() -> None:
    declared = declare()
    data, root = (
        declared.one("Volume", "one-etcd").inputs["tags"],
        declared.one("Instance", "one").inputs["rootBlockDevice"]["tags"],
    )
    assert (data["Name"], data["hardway:role"]) == ("hardway-sandbox-control-plane-1-etcd", "etcd")
    assert (root["Name"], root["hardway:role"]) == ("hardway-sandbox-control-plane-1-root", "control-plane")
