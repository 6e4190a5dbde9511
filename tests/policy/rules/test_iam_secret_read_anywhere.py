"""Policies that allow to read whatever secret there is."""

from __future__ import annotations

from typing import Any

import pytest

from policy.iam_document import POLICY_TYPES
from policy.resource import UNKNOWN
from policy.rules.iam_secret_read_anywhere import RULE
from tests.policy.policies import ROLE_POLICY, ours, policy
from tests.policy.resources import messages, resource


def test_none_of_our_policies_is_a_finding() -> None:
    assert [message for each in ours() for message in messages(RULE, each)] == []


@pytest.mark.parametrize(
    ("action", "count"),
    [
        ("secretsmanager:GetSecretValue", 1),
        ("secretsmanager:Get*", 1),
        ("SSM:getparameter", 1),
        ("s3:GetObject", 1),
        ("s3:Get*", 1),
        ("s3:GetBucketLocation", 0),
        ("secretsmanager:DescribeSecret", 0),
        ("ec2:Describe*", 0),
        ("secretsmanager:*", 0),
        (None, 0),
    ],
)
def test_reads_of_data_from_anywhere_are_found(action: Any, count: int) -> None:
    assert len(messages(RULE, policy(Action=action, Resource="*"))) == count


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ({"Resource": "arn:aws:s3:::one/*"}, 0),
        ({"Resource": "arn:aws:s3:::*"}, 1),
        ({"Resource": None, "NotResource": "arn:aws:s3:::one/*"}, 1),
        ({"Resource": "*", "Effect": "Deny"}, 0),
        ({"Resource": None}, 0),
    ],
)
def test_what_is_named_is_no_finding(statement: dict[str, Any], count: int) -> None:
    assert len(messages(RULE, policy(**statement))) == count


@pytest.mark.parametrize("resource_type", POLICY_TYPES)
def test_every_kind_of_policy_is_judged(resource_type: str) -> None:
    (found,) = messages(RULE, policy(resource_type, Resource="*"))
    assert "s3:GetObject on any resource" in found


@pytest.mark.parametrize("document", [UNKNOWN, None])
def test_what_is_missing_or_unknown_is_no_finding(document: Any) -> None:
    assert messages(RULE, resource(ROLE_POLICY, {"policy": document})) == []
