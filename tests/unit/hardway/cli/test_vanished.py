"""Machines and volumes that AWS has no longer are found among those of the state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hardway.cli.vanished import vanished

INSTANCE, VOLUME, ATTACHMENT = (
    "aws:ec2/instance:Instance",
    "aws:ebs/volume:Volume",
    "aws:ec2/volumeAttachment:VolumeAttachment",
)


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("ec2", region_name="us-east-1")


def instance(ec2: Any) -> str:
    return str(ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"])


def volume(ec2: Any) -> str:
    return str(ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"])


def state(members: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """What the engine knows of members, each an instance and a volume."""
    found: list[dict[str, Any]] = [{"type": "pulumi:pulumi:Stack", "urn": "stack"}]
    for one, disk in members:
        found += [
            {"type": INSTANCE, "id": one, "urn": f"urn:{one}"},
            {"type": VOLUME, "id": disk, "urn": f"urn:{disk}"},
            {
                "type": ATTACHMENT,
                "id": "vai-1",
                "urn": f"urn:{one}-{disk}",
                "outputs": {"instanceId": one, "volumeId": disk},
            },
        ]
    return found


def gone(ec2: Any, resources: list[dict[str, Any]]) -> set[str]:
    return {str(one["urn"]) for one in vanished(ec2, resources)}


def test_nothing_is_gone_while_everything_is_there(ec2: Any) -> None:
    one = instance(ec2)
    ec2.stop_instances(InstanceIds=[one])
    assert gone(ec2, state([(one, volume(ec2))])) == set()
    assert gone(ec2, []) == set()


def test_a_lost_machine_takes_its_attachment_along_and_leaves_its_volume(ec2: Any) -> None:
    kept, lost, disk = instance(ec2), instance(ec2), volume(ec2)
    ec2.terminate_instances(InstanceIds=[lost])
    assert gone(ec2, state([(kept, volume(ec2)), (lost, disk)])) == {f"urn:{lost}", f"urn:{lost}-{disk}"}


def test_a_lost_volume_is_found_too_also_where_ids_are_not_known_any_more(ec2: Any) -> None:
    one, unknown = instance(ec2), "vol-0123456789abcdef0"
    assert gone(ec2, state([(one, unknown)])) == {f"urn:{unknown}", f"urn:{one}-{unknown}"}
    assert gone(ec2, state([("i-0123456789abcdef0", unknown)])) == {
        "urn:i-0123456789abcdef0",
        f"urn:{unknown}",
        f"urn:i-0123456789abcdef0-{unknown}",
    }
