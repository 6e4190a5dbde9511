"""Tags, and which types of resources take any."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from typing import Any

import pytest

from policy import tags as tags_module
from policy.resource import UNKNOWN
from policy.tags import missing_tags, role, tags, takes_tags
from tests.policy.declared import declared
from tests.policy.resources import resource

VPC = "aws:ec2/vpc:Vpc"


@pytest.mark.parametrize(
    ("resource_type", "takes"),
    [
        (VPC, True),
        ("aws:s3/bucketObjectv2:BucketObjectv2", True),
        ("aws:lambda/function:Function", True),
        ("aws:appsync/graphQLApi:GraphQLApi", True),
        ("aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment", False),
        ("aws:iam/rolePolicy:RolePolicy", False),
        ("aws:no/such:Thing", False),
        ("tls:index/privateKey:PrivateKey", False),
    ],
)
def test_the_sdk_says_what_takes_tags(resource_type: str, takes: bool) -> None:
    assert takes_tags(resource_type) is takes


def test_what_we_tag_takes_tags() -> None:
    tagged = {each.type for each in declared() if each.type.startswith("aws:") and each.at("tags")}
    assert len(tagged) > 20
    assert {resource_type for resource_type in tagged if not takes_tags(resource_type)} == set()


@pytest.mark.parametrize("spec", [None, ModuleSpec("pulumi_aws", None)])
def test_without_the_sdk_nobody_guesses(monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None) -> None:
    monkeypatch.setattr(tags_module, "find_spec", lambda name: spec)
    with pytest.raises(ModuleNotFoundError, match="uv sync"):
        takes_tags.__wrapped__(VPC)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, {}),
        ({"tags": {"a": "1"}}, {"a": "1"}),
        ({"tags": {"a": "1"}, "tagsAll": {"a": "0", "b": "2"}}, {"a": "1", "b": "2"}),
        ({"tags": [{"key": "a", "value": "1"}]}, {"a": "1"}),
        ({"tags": {"a": UNKNOWN}}, {"a": UNKNOWN}),
    ],
)
def test_tags_are_read_by_key(properties: dict[str, Any], expected: dict[str, Any]) -> None:
    assert tags(resource(VPC, properties)) == expected


@pytest.mark.parametrize("properties", [{"tags": UNKNOWN}, {"tagsAll": UNKNOWN}, {"tags": [UNKNOWN]}])
def test_unknown_keys_are_unknown(properties: dict[str, Any]) -> None:
    assert tags(resource(VPC, properties)) is UNKNOWN
    assert role(resource(VPC, properties)) is UNKNOWN


def test_a_role_is_a_tag() -> None:
    assert role(resource(VPC, {"tags": {"hardway:role": "worker"}})) == "worker"
    assert role(resource(VPC, {})) is None


def test_a_tag_without_a_value_is_missing() -> None:
    assert missing_tags({"a": "1", "b": "", "c": None, "d": UNKNOWN}, ("a", "b", "c", "d", "e")) == ["b", "c", "e"]
