"""The control plane: equal members, kept addresses and disks, and a gate between replacements."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pulumi
import pytest

from components.control_plane import ControlPlane, ControlPlaneArgs
from hardway.machine.bundle import sha256
from tests.unit.components.conftest import (
    NAMING,
    Change,
    artifacts_handle,
    backups_handle,
    load,
    network_handle,
    unchanged,
)
from tests.unit.components.harness import Recording, is_secret, run


@cache
def declare(
    change: Change = unchanged, *, content: bytes = b"bundle", preview: bool = False, backups: bool = True
) -> Recording:
    """The sandbox's control plane after a change."""
    environment = load(change)
    members = environment.control_plane.members
    return run(
        lambda: ControlPlane(
            "cp",
            ControlPlaneArgs(
                naming=NAMING,
                config=environment.control_plane,
                region=environment.region,
                network=network_handle(environment),
                artifacts=artifacts_handle(),
                bucket_name="bucket-1",
                ami="ami-1",
                image_owner="136693071363",
                key_arn="arn:aws:kms:eu-central-1:123456789012:key/1",
                bundles={member: content + member.encode() for member in members},
                secrets={member: pulumi.Output.secret(f"packed {member}") for member in members},
                join_secret_arns={"general": "arn:join"},
                groups=["hardway-sandbox-pool-general"],
                backups=backups_handle() if backups else None,
                deletion_protection=environment.deletion_protection,
            ),
        ),
        preview=preview,
    )


def protect(values: dict[str, Any]) -> None:
    values["hardway:control_plane"]["protect_data"] = True


def release(values: dict[str, Any]) -> None:
    values["hardway:control_plane"]["protect_data"] = False


def test_each_member_has_its_planned_address() -> None:
    interfaces = {one.name: one.inputs for one in declare().of("NetworkInterface")}
    assert {name: inputs["privateIps"] for name, inputs in interfaces.items()} == {
        "cp-control-plane-1": ["10.40.1.11"],
        "cp-control-plane-2": ["10.40.2.11"],
        "cp-control-plane-3": ["10.40.3.11"],
    }
    assert interfaces["cp-control-plane-2"]["subnetId"] == "subnet-private-b"
    assert interfaces["cp-control-plane-2"]["securityGroups"] == ["sg-control-plane"]


@pytest.mark.parametrize(("change", "kept"), [(protect, True), (release, False)])
def test_protected_volumes_are_kept(change: Change, kept: bool) -> None:
    volumes = declare(change).of("Volume")
    assert [(one.protect, one.retain) for one in volumes] == [(kept, kept)] * 3


def test_other_user_data_is_another_machine() -> None:
    first = declare().one("Instance", "cp-control-plane-1").inputs
    second = declare(content=b"changed").one("Instance", "cp-control-plane-1").inputs
    assert first["userDataReplaceOnChange"] is True
    assert first["userData"] != second["userData"]
    assert declare().one("Instance", "cp-control-plane-1").inputs["userData"] == first["userData"]


def test_user_data_says_where_the_bundle_is_and_holds_no_secret() -> None:
    user_data = declare().one("Instance", "cp-control-plane-2").inputs["userData"]
    digest = sha256(b"bundlecontrol-plane-2")
    assert f"https://s3.eu-central-1.amazonaws.com/bucket-1/bundles/{digest}.tar" in user_data
    assert "cp-control-plane-2-etcd-id" in user_data
    assert "PRIVATE KEY" not in user_data
    assert "packed" not in user_data


def test_secret_values_are_secret() -> None:
    versions = declare().of("SecretVersion")
    assert len(versions) == 3
    assert all(is_secret(one.inputs["secretString"]) for one in versions)


def test_one_member_waits_for_the_gate_of_the_one_before() -> None:
    plane = declare()
    gates = [one.urn for one in plane.of("Command")]
    waits = {one.name: [gate for gate in gates if gate in one.depends_on] for one in plane.of("Instance")}
    assert waits["cp-control-plane-1"] == []
    assert waits["cp-control-plane-2"] == [plane.one("Command", "cp-control-plane-1-gate").urn]
    assert waits["cp-control-plane-3"] == [plane.one("Command", "cp-control-plane-2-gate").urn]


def test_a_gate_runs_when_the_instance_is_another_and_not_at_first() -> None:
    gate = declare().one("Command", "cp-control-plane-2-gate").inputs
    assert "create" not in gate
    assert "delete" not in gate
    assert "triggers" not in gate
    assert gate["environment"]["HARDWAY_INSTANCE"] == "cp-control-plane-2-id"
    assert gate["update"].endswith(
        "wait --environment sandbox --bucket bucket-1 --member control-plane-2 --address 10.40.2.11 --deadline 900"
    )


def test_a_machine_is_made_when_its_own_keys_are_stored() -> None:
    plane = declare()
    secrets = {one.urn: one.name for one in plane.of("SecretVersion")}
    waits = {one.name: [secrets[urn] for urn in one.depends_on if urn in secrets] for one in plane.of("Instance")}
    assert waits == {name: [name] for name in ("cp-control-plane-1", "cp-control-plane-2", "cp-control-plane-3")}


@pytest.mark.parametrize("kind", ["NetworkInterface", "Volume", "BucketObjectv2"])
def test_what_can_be_made_before_the_keys_does_not_wait_for_them(kind: str) -> None:
    plane = declare()
    secrets = {one.urn for one in plane.of("SecretVersion")}
    made = plane.of(kind)
    assert len(made) == 3
    assert not [one.name for one in made if secrets & set(one.depends_on)]


def test_all_members_share_a_role_that_reads_their_secrets() -> None:
    policy = json.loads(declare().one("RolePolicy", "cp").inputs["policy"])
    (secrets,) = [one for one in policy["Statement"] if one["Sid"] == "Secrets"]
    assert len(secrets["Resource"]) == 4
    assert secrets["Resource"][-1] == "arn:join"


def test_members_write_backups_where_there_are_any_and_read_none() -> None:
    for backups in (False, True):
        policy = json.loads(declare(backups=backups).one("RolePolicy", "cp").inputs["policy"])
        about = [one for one in policy["Statement"] if "backups" in str(one["Resource"])]
        assert [one["Action"] for one in about] == ([["s3:PutObject"], ["kms:GenerateDataKey"]] if backups else [])


def test_removing_the_middle_member_touches_only_it() -> None:
    def five(values: dict[str, Any]) -> None:
        for number in (4, 5):
            values["hardway:control_plane"]["members"][f"control-plane-{number}"] = {
                "subnet": "private-a",
                "address": f"10.40.1.{10 + number}",
            }

    def three(values: dict[str, Any]) -> None:
        five(values)
        for number in (2, 4):
            del values["hardway:control_plane"]["members"][f"control-plane-{number}"]

    gone = declare(five).keys - declare(three).keys
    assert {name.removesuffix("-etcd").removesuffix("-gate") for _, name in gone} == {
        "cp-control-plane-2",
        "cp-control-plane-4",
    }


def test_machines_are_tagged_with_their_member_and_the_owner_of_their_image() -> None:
    tags = declare().one("Instance", "cp-control-plane-3").inputs["tags"]
    assert tags == {
        "Name": "hardway-sandbox-control-plane-3",
        "hardway:environment": "sandbox",
        "hardway:stack": "sandbox",
        "hardway:role": "control-plane",
        "hardway:machine": "control-plane-3",
        "hardway:image-owner": "136693071363",
    }


def test_a_preview_declares_the_same_resources() -> None:
    assert declare(preview=True).keys == declare().keys
