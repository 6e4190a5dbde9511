"""A drill's machine is there for as long as the drill, and its result is waited for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from hardway.backups.documents import DrillResult
from hardway.backups.drill import DrillFailed, await_result, drill_machine, result
from hardway.boot_console import FAILED_SECONDS, Boot

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BOOTING = Boot("units", "running")
RESULT = {
    "format": 1,
    "backup": "etcd/5-minutely/test/20261121T120000Z-700.tar",
    "taken_at": "2026-11-21T12:00:00Z",
    "equal": True,
    "differences": [],
    "keys": 4,
    "snapshot_bytes": 5,
    "members": 3,
    "seconds": {"fetch": 0.1, "total": 2.5},
    "failed": None,
}


@pytest.fixture
def template(s3: S3Client) -> tuple[str, str]:
    """A launch template and a subnet."""
    ec2 = boto3.client("ec2")
    made = ec2.create_launch_template(LaunchTemplateName="drill", LaunchTemplateData={"ImageId": "ami-12c6146b"})
    return made["LaunchTemplate"]["LaunchTemplateId"], ec2.describe_subnets()["Subnets"][0]["SubnetId"]


def states() -> list[str]:
    pages = boto3.client("ec2").describe_instances()["Reservations"]
    return [one["State"]["Name"] for page in pages for one in page["Instances"]]


def test_its_machine_is_in_that_subnet_and_gone_afterwards(template: tuple[str, str]) -> None:
    with drill_machine(boto3.client("ec2"), *template) as machine:
        (found,) = boto3.client("ec2").describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"]
        assert found["SubnetId"] == template[1]
        assert states() == ["running"]
    assert states() == ["terminated"]


def test_its_machine_is_gone_also_if_nobody_waits_any_longer(template: tuple[str, str]) -> None:
    with pytest.raises(KeyboardInterrupt), drill_machine(boto3.client("ec2"), *template):
        raise KeyboardInterrupt
    assert states() == ["terminated"]


def test_the_result_is_that_of_this_machine(s3: S3Client) -> None:
    s3.put_object(Bucket="backups", Key="drills/test/i-1.json", Body=json.dumps(RESULT).encode())
    found = result(s3, "backups", "test", "i-1")
    assert found is not None
    assert (found.equal, found.keys, dict(found.seconds)) == (True, 4, {"fetch": 0.1, "total": 2.5})
    assert result(s3, "backups", "test", "i-2") is None


def waited(look: Callable[[], DrillResult | None], boot: Boot = BOOTING) -> tuple[DrillResult, float]:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def say(text: str) -> None:
        said.append(text)

    said: list[str] = []
    found = await_result(look, lambda: boot, say, deadline=300, clock=lambda: now[0], sleep=sleep)
    assert set(said) <= {str(boot)}
    return found, now[0]


def test_it_is_waited_for() -> None:
    answers: list[Any] = [None, None, DrillResult.model_validate(RESULT)]
    found, seconds = waited(lambda: answers.pop(0))
    assert found.equal
    assert seconds == 2


def test_a_machine_that_says_nothing_is_given_up_at_the_deadline() -> None:
    with pytest.raises(DrillFailed, match=r"no result after 300 s; its machine's boot says 'units running'"):
        waited(lambda: None)


def test_a_boot_that_goes_on_failing_is_not_waited_for() -> None:
    with pytest.raises(DrillFailed, match=r"'artifacts failed: HTTP 403'") as raised:
        waited(lambda: None, Boot("artifacts", "failed", "HTTP 403"))
    seconds = float(str(raised.value).split("result after ")[1].split(" s")[0])
    assert FAILED_SECONDS < seconds < FAILED_SECONDS + 5
