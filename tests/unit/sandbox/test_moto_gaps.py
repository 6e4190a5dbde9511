"""What the sandbox adds to moto: here, that an instance is what its launch template says."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

from sandbox import moto_gaps


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account with an instance profile `drill` and instances as the sandbox has them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # Put back what is replaced: monkeypatch restores what it has seen.
    for kind, name in (
        (InstanceBackend, "run_instances"),
        (Instance, "terminate"),
        (InstanceResponse, "run_instances"),
    ):
        monkeypatch.setattr(kind, name, getattr(kind, name))
    moto_gaps._instances()
    with mock_aws():
        iam: Any = boto3.client("iam", region_name="eu-central-1")
        iam.create_instance_profile(InstanceProfileName="drill")
        yield boto3.client("ec2", region_name="eu-central-1")


def template(ec2: Any, **data: Any) -> str:
    made = ec2.create_launch_template(
        LaunchTemplateName="drill", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.large", **data}
    )
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def launched(ec2: Any, template_id: str, **asked: Any) -> Any:
    made = ec2.run_instances(LaunchTemplate={"LaunchTemplateId": template_id}, MinCount=1, MaxCount=1, **asked)
    found = ec2.describe_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])
    return found["Reservations"][0]["Instances"][0]


def test_an_instance_is_what_its_template_says(ec2: Any) -> None:
    text = base64.b64encode(b"#cloud-config").decode()
    instance = launched(
        ec2,
        template(
            ec2,
            UserData=text,
            IamInstanceProfile={"Name": "drill"},
            InstanceInitiatedShutdownBehavior="terminate",
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        ),
    )
    assert instance["IamInstanceProfile"]["Arn"].endswith(":instance-profile/drill")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    for attribute, value in (("instanceInitiatedShutdownBehavior", "terminate"), ("userData", text)):
        found = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute=attribute)
        assert found[attribute[:1].upper() + attribute[1:]]["Value"] == value


def test_what_is_asked_for_goes_before_the_template(ec2: Any) -> None:
    instance = launched(
        ec2,
        template(ec2, InstanceInitiatedShutdownBehavior="terminate"),
        InstanceInitiatedShutdownBehavior="stop",
        IamInstanceProfile={"Name": "drill"},
    )
    found = ec2.describe_instance_attribute(
        InstanceId=instance["InstanceId"], Attribute="instanceInitiatedShutdownBehavior"
    )
    assert found["InstanceInitiatedShutdownBehavior"]["Value"] == "stop"
    assert instance["IamInstanceProfile"]["Arn"].endswith("/drill")
