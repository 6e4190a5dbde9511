"""The gate between two control planes, with a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hardway import rollout
from hardway.api_health import STALE_SECONDS
from hardway.boot_console import FAILED_SECONDS, Boot
from hardway.rollout import Health, NotServing, cluster_formed, main, restore_is_due, wait_until_served

HEALTHY = Health(state="healthy", reason="")
BOOTED = Boot("units", "done")
GONE = Health(state="unhealthy", reason="Target.FailedHealthChecks")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def wait(answers: list[Health], deadline: float = 100.0, boot: Boot = BOOTED) -> float:
    clock, left = Clock(), iter(answers)
    last = answers[-1]
    seconds = wait_until_served(
        lambda: next(left, last),
        member="control-plane-1",
        address="10.0.0.11",
        boot=lambda: boot,
        deadline=deadline,
        clock=clock,
        sleep=clock.sleep,
    )
    assert seconds is not None
    return seconds


def test_health_must_outlast_what_the_load_balancer_remembers_of_the_old_machine() -> None:
    assert wait([HEALTHY]) > STALE_SECONDS


def test_a_member_that_falls_back_starts_anew() -> None:
    assert wait([HEALTHY, HEALTHY, GONE, HEALTHY]) > STALE_SECONDS + 3 * rollout.POLL_SECONDS


def test_giving_up_says_who_why_and_what_to_do() -> None:
    with pytest.raises(NotServing) as raised:
        wait([GONE], deadline=20.0)
    text = str(raised.value)
    assert "control-plane-1 (10.0.0.11) does not serve the Kubernetes API after 20 s" in text
    assert "its boot says 'units done', and the load balancer unhealthy (Target.FailedHealthChecks)" in text
    assert "./hw logs control-plane-1" in text


def test_a_boot_that_goes_on_failing_is_not_waited_for() -> None:
    with pytest.raises(NotServing) as raised:
        wait([GONE], deadline=900.0, boot=Boot("units", "failed", "unit etcd.service failed: no space"))
    assert "its boot says 'units failed: unit etcd.service failed: no space'" in str(raised.value)
    seconds = float(str(raised.value).split("API after ")[1].split(" s")[0])
    assert FAILED_SECONDS < seconds < FAILED_SECONDS + 10


def test_a_member_that_serves_is_believed_whatever_its_boot_says() -> None:
    assert wait([HEALTHY], boot=Boot("images", "failed", "x")) > STALE_SECONDS


def test_a_member_that_cannot_serve_before_a_restore_is_not_waited_for() -> None:
    clock = Clock()
    due = iter([False, False, True])
    seconds = wait_until_served(
        lambda: GONE,
        member="control-plane-1",
        address="10.0.0.11",
        restore_is_due=lambda: next(due),
        clock=clock,
        sleep=clock.sleep,
    )
    assert seconds is None
    assert clock.now == 2 * rollout.POLL_SECONDS


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "HARDWAY_INSTANCE": "i-0",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        boto3.client("s3").create_bucket(
            Bucket="bucket-1", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield


ARGUMENTS = "wait --environment sandbox --bucket bucket-1 --member control-plane-1 --address 10.0.1.11"


def form() -> None:
    boto3.client("s3").put_object(Bucket="bucket-1", Key="cluster/formed", Body=b"1")


def target_group() -> None:
    vpc = boto3.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    elb = boto3.client("elbv2")
    group = elb.create_target_group(Name="hardway-sandbox-api", Protocol="TCP", Port=6443, VpcId=vpc, TargetType="ip")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.1.11", "Port": 6443}])


@pytest.mark.usefixtures("aws")
def test_before_a_cluster_has_formed_nothing_waits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ARGUMENTS.split()) == 0
    assert capsys.readouterr().out == "no cluster has formed yet: nothing to wait for\n"


@pytest.mark.usefixtures("aws")
def test_a_healthy_member_opens_the_gate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    form()
    target_group()
    monkeypatch.setattr(rollout, "STALE_SECONDS", -1.0)
    monkeypatch.setattr(rollout, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(rollout, "console", lambda ec2, instance: f"hardway-boot: step=units state=done {instance}")
    assert main(ARGUMENTS.split()) == 0
    assert capsys.readouterr().out.startswith("control-plane-1 serves after ")


def control_plane() -> str:
    ec2 = boto3.client("ec2")
    answer = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    instance = str(answer["Instances"][0]["InstanceId"])
    tags = {"hardway:environment": "sandbox", "hardway:role": "control-plane"}
    ec2.create_tags(Resources=[instance], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    return instance


@pytest.mark.usefixtures("aws")
def test_a_restore_is_due_once_no_control_plane_can_have_data(monkeypatch: pytest.MonkeyPatch) -> None:
    ec2, (one, other) = boto3.client("ec2"), (control_plane(), control_plane())
    said = dict.fromkeys((one, other), "hardway-boot: step=restore state=waiting reason=empty\n")
    monkeypatch.setattr(rollout, "console", lambda ec2, instance: said[instance])
    assert restore_is_due(ec2, "sandbox", one)
    said[other] += "hardway-boot: step=units state=running reason=\n"
    assert restore_is_due(ec2, "sandbox", one), "other steps of the boot go on meanwhile"
    said[other] += "hardway-boot: step=restore state=running reason=\n"
    assert not restore_is_due(ec2, "sandbox", one)
    said[other] = said[one]
    ec2.stop_instances(InstanceIds=[other])
    assert not restore_is_due(ec2, "sandbox", one), "what is on its disk comes back with it"
    ec2.terminate_instances(InstanceIds=[other])
    assert restore_is_due(ec2, "sandbox", one)
    said[one] = ""
    assert not restore_is_due(ec2, "sandbox", one)


@pytest.mark.usefixtures("aws")
def test_a_gate_says_what_is_to_be_restored(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form()
    target_group()
    monkeypatch.setenv("HARDWAY_INSTANCE", control_plane())
    monkeypatch.setattr(rollout, "console", lambda ec2, instance: "hardway-boot: step=restore state=waiting reason=x")
    monkeypatch.setattr(rollout, "member_health", lambda *_: GONE)
    assert main(ARGUMENTS.split()) == 0
    assert "a backup is to be restored, ./hw restore sandbox" in capsys.readouterr().out


@pytest.mark.usefixtures("aws")
def test_a_missing_load_balancer_is_an_error_that_names_the_member(capsys: pytest.CaptureFixture[str]) -> None:
    form()
    assert main(ARGUMENTS.split()) == 1
    assert capsys.readouterr().err.startswith("error: control-plane-1: AWS could not be asked whether it serves: ")


@pytest.mark.usefixtures("aws")
def test_an_address_that_nobody_registered_is_not_healthy() -> None:
    target_group()
    elb = boto3.client("elbv2")
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    assert rollout.member_health(elb, group, "10.0.9.9").state == "unregistered"


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_cannot_be_asked_is_no_answer() -> None:
    assert not cluster_formed(boto3.client("s3"), "bucket-1")
    form()
    assert cluster_formed(boto3.client("s3"), "bucket-1")
    with pytest.raises(ClientError):
        raise_for_forbidden()


def raise_for_forbidden() -> None:
    class Forbidding:
        def head_object(self, **_: str) -> None:
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")

    cluster_formed(Forbidding(), "bucket-1")  # type: ignore[arg-type]
