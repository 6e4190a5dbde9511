"""Machine roles: what machines may do, checked by statement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.machine_role import MachineRole, MachineRoleArgs, boot_policy
from components.naming import Naming
from tests.unit.components.harness import Recording, run

READ_PREFIXES = ("Get", "Describe", "List", "Decrypt", "GenerateDataKey")


def statements(*, control_plane: bool) -> list[dict[str, Any]]:
    document = boot_policy(
        region="eu-central-1",
        bucket_arn="arn:aws:s3:::bucket",
        key_arn="arn:aws:kms:eu-central-1:1:key/1",
        readable=["arn:secret:own"],
        writable=["arn:secret:join"] if control_plane else [],
        forms_cluster=control_plane,
        groups=["hardway-sandbox-pool-general"] if control_plane else [],
    )
    found: list[dict[str, Any]] = json.loads(document)["Statement"]
    return found


def writes(found: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for statement in found:
        for action in statement["Action"]:
            if not action.split(":")[1].startswith(READ_PREFIXES):
                yield action, statement["Resource"]


@pytest.mark.parametrize("control_plane", [False, True])
def test_no_action_and_no_written_resource_is_a_pattern(control_plane: bool) -> None:
    found = statements(control_plane=control_plane)
    assert not [action for statement in found for action in statement["Action"] if "*" in action]
    # AWS makes up the part before a group's name.
    made_up = ":autoScalingGroup:*:"
    assert not [target for _, targets in writes(found) for target in targets if "*" in target.replace(made_up, ":")]


def test_control_planes_write_the_marker_and_the_join_tokens_and_let_machines_in_and_out() -> None:
    group = "arn:aws:autoscaling:eu-central-1:1:autoScalingGroup:*:autoScalingGroupName/hardway-sandbox-pool-general"
    assert list(writes(statements(control_plane=True))) == [
        ("s3:PutObject", ["arn:aws:s3:::bucket/cluster/formed"]),
        ("s3:PutObject", ["arn:aws:s3:::bucket/cluster/restore/result.json"]),
        ("autoscaling:CompleteLifecycleAction", [group]),
        ("secretsmanager:PutSecretValue", ["arn:secret:join"]),
    ]


def test_control_planes_read_what_a_restore_puts_for_them_and_workers_do_not() -> None:
    for control_plane in (False, True):
        (fetch,) = [one for one in statements(control_plane=control_plane) if one["Sid"] == "Fetch"]
        assert ("arn:aws:s3:::bucket/cluster/restore/*" in fetch["Resource"]) is control_plane


def test_a_role_without_secrets_has_no_statement_without_a_resource() -> None:
    document = boot_policy(
        region="eu-central-1",
        bucket_arn="arn:aws:s3:::bucket",
        key_arn="arn:aws:kms:eu-central-1:1:key/1",
        readable=[],
        writable=[],
        forms_cluster=False,
        further=[{"Sid": "More"}],
    )
    assert [one["Sid"] for one in json.loads(document)["Statement"]] == ["Fetch", "Key", "More"]


def test_workers_write_nothing_and_list_nothing() -> None:
    found = statements(control_plane=False)
    assert not list(writes(found))
    assert {action for statement in found for action in statement["Action"]} == {
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }


def test_only_lists_have_no_resource_of_their_own() -> None:
    open_ended = [one["Action"] for one in statements(control_plane=True) if one["Resource"] == ["*"]]
    assert open_ended == [["ec2:DescribeInstances"], ["autoscaling:DescribeAutoScalingGroups"]]


def test_the_key_serves_by_way_of_two_services_only() -> None:
    (key,) = [one for one in statements(control_plane=False) if one["Sid"] == "Key"]
    assert key["Condition"]["StringEquals"]["kms:ViaService"] == [
        "s3.eu-central-1.amazonaws.com",
        "secretsmanager.eu-central-1.amazonaws.com",
    ]


def declare(naming: Naming) -> Recording:
    return run(
        lambda: MachineRole(
            "role",
            MachineRoleArgs(
                naming=naming,
                thing="pool-general",
                tag_role="worker",
                region="eu-central-1",
                bucket_arn="arn:bucket",
                key_arn="arn:key",
                readable_secrets={"pool": "arn:pool", "join": "arn:join"},
            ),
        )
    )


def test_a_role_is_for_instances_and_has_one_policy(naming: Naming) -> None:
    role = declare(naming)
    (trust,) = json.loads(role.one("Role", "role").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert len(role.of("RolePolicy")) == 1
    assert role.one("InstanceProfile", "role").inputs["role"] == "hardway-sandbox-pool-general"


def test_secrets_are_named_in_a_stable_order(naming: Naming) -> None:
    policy = json.loads(declare(naming).one("RolePolicy", "role").inputs["policy"])
    (secrets,) = [one for one in policy["Statement"] if one["Sid"] == "Secrets"]
    assert secrets["Resource"] == ["arn:join", "arn:pool"]
