"""Policies that allow changes of whatever there is."""

from __future__ import annotations

from typing import Any

import pytest

from policy.iam_document import POLICY_TYPES
from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.iam_write_on_any_resource import RULE
from tests.policy.policies import ROLE_POLICY, ours, policy
from tests.policy.resources import messages, resource

PUT = {"Action": "s3:PutObject"}


def test_none_of_our_policies_is_a_finding() -> None:
    assert [message for each in ours() for message in messages(RULE, each)] == []


@pytest.mark.parametrize(
    ("arn", "count"),
    [
        ("*", 1),
        ("arn:aws:s3:::*", 1),
        ("arn:aws:s3:::*/*", 1),
        ("arn:aws:ec2:*:*:*", 1),
        (["arn:aws:s3:::one/*", "*"], 1),
        ("arn:aws:s3:::one/*", 0),
        ("arn:aws:ec2:*:*:volume/*", 0),
        (None, 0),
    ],
)
def test_a_change_of_whatever_there_is_is_found(arn: Any, count: int) -> None:
    assert len(messages(RULE, policy(**PUT, Resource=arn))) == count


@pytest.mark.parametrize(
    ("action", "count"),
    [("ec2:DescribeInstances", 0), ("s3:ListAllMyBuckets", 0), ("kms:Decrypt", 1), ("ec2:CreateTags", 1), (None, 0)],
)
def test_reads_may_name_no_resource(action: Any, count: int) -> None:
    assert len(messages(RULE, policy(Action=action, Resource="*"))) == count


@pytest.mark.parametrize("resource_type", POLICY_TYPES)
def test_every_kind_of_policy_is_judged(resource_type: str) -> None:
    (found,) = messages(RULE, policy(resource_type, **PUT, Resource="*"))
    assert "allows s3:PutObject on *: name the ARNs" in found


def test_all_resources_but_some_are_as_good_as_any() -> None:
    assert len(messages(RULE, policy(**PUT, Resource=None, NotResource="arn:aws:s3:::one/*"))) == 1


def test_a_condition_does_not_name_a_resource() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    assert len(messages(RULE, policy(**PUT, Resource="*", Condition=condition))) == 1


def test_what_is_denied_or_allows_everything_is_not_this_finding() -> None:
    assert messages(RULE, policy(**PUT, Effect="Deny", Resource="*")) == []
    assert messages(RULE, policy(Action="*", Resource="*")) == []


def test_actions_that_can_name_none_can_be_configured() -> None:
    settings = Settings(iam_writes_without_resource=("s3:PutObject",))
    assert messages(RULE, policy(**PUT, Resource="*"), settings) == []
    assert len(messages(RULE, policy(Action="s3:DeleteObject", Resource="*"), settings)) == 1


@pytest.mark.parametrize("document", [UNKNOWN, None, {"Statement": [{"Effect": "Allow", "Resource": UNKNOWN}]}])
def test_what_is_missing_or_unknown_is_no_finding(document: Any) -> None:
    assert messages(RULE, resource(ROLE_POLICY, {"policy": document})) == []
