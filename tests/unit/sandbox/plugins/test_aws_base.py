"""Tags, names and look-ups of the `aws` stand-in, without any AWS."""

from __future__ import annotations

import json

import pytest

from sandbox.plugins.aws import AwsProvider
from sandbox.plugins.aws.base import camel, pascal, tag_map
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import UNKNOWN

PROVIDER = AwsProvider()
VPC = PROVIDER.resources["aws:ec2/vpc:Vpc"]


def test_names_go_both_ways() -> None:
    assert pascal({"vpcId": "a", "nested": [{"toPort": 1, "none": None}]}) == {"VpcId": "a", "Nested": [{"ToPort": 1}]}
    assert camel({"VpcId": "a", "Nested": [{"ToPort": 1}]}) == {"vpcId": "a", "nested": [{"toPort": 1}]}


def test_tags_of_aws_itself_are_left_out() -> None:
    assert tag_map([{"Key": "aws:asg", "Value": "1"}, {"Key": "Name", "Value": "a"}]) == {"Name": "a"}


def test_default_tags_are_in_tags_all_and_lose_against_own_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROVIDER.aws, "default_tags", {"a": "default", "b": "default"})
    outputs = VPC.preview({"cidrBlock": "10.0.0.0/16", "tags": {"a": "own"}})
    assert outputs["tagsAll"] == {"a": "own", "b": "default"}
    assert outputs["arn"] == UNKNOWN
    assert VPC.changed_outputs({"tagsAll": {"a": "own"}}, {"tags": {"a": "own"}}) == {
        "tagsAll": {"a": "own", "b": "default"}
    }


def test_an_unhandled_input_is_refused() -> None:
    with pytest.raises(ProviderError, match="does not implement ipv4IpamPoolId of aws:ec2/vpc:Vpc"):
        VPC.check("vpc", {}, {"cidrBlock": "10.0.0.0/16", "ipv4IpamPoolId": "x"}, b"")


def test_user_data_replaces_only_when_told_so() -> None:
    instance = PROVIDER.resources["aws:ec2/instance:Instance"]
    assert instance.must_replace("userData", {"userDataReplaceOnChange": True})
    assert not instance.must_replace("userData", {})


def test_a_launch_templates_new_version_is_unknown_until_made() -> None:
    template = PROVIDER.resources["aws:ec2/launchTemplate:LaunchTemplate"]
    state = {"latestVersion": 3, "imageId": "a", "tags": {}}
    assert template.preview_update(state, {"imageId": "a"}, {"imageId": "b"})["latestVersion"] == UNKNOWN
    only_tags = template.preview_update(state, {"imageId": "a"}, {"imageId": "a", "tags": {"x": "y"}})
    assert only_tags["latestVersion"] == 3


def test_a_policy_document_is_written_as_the_official_provider_does() -> None:
    statement = {
        "actions": ["s3:GetObject"],
        "resources": ["*"],
        "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}],
        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
    }
    made = PROVIDER.functions["aws:iam/getPolicyDocument:getPolicyDocument"]({"statements": [statement]})
    assert json.loads(made["json"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
    ]
