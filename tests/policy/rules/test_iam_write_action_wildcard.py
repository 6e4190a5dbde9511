"""Policies that allow changes by a wildcard."""

from __future__ import annotations

from typing import Any

import pytest

from policy.iam_document import POLICY_TYPES
from policy.resource import UNKNOWN
from policy.rules.iam_write_action_wildcard import RULE
from tests.policy.policies import ROLE_POLICY, ours, policy
from tests.policy.resources import messages, resource


def test_none_of_our_policies_is_a_finding() -> None:
    assert [message for each in ours() for message in messages(RULE, each)] == []


@pytest.mark.parametrize(
    ("action", "count"),
    [
        ("s3:*", 1),
        ("s3:Put*", 1),
        ("s3:*Object", 1),
        ("ec2:?eleteVolume", 1),
        ("kms:GenerateDataKey*", 1),
        ("*", 1),
        ("s3:PutObject", 0),
        ("ec2:Describe*", 0),
        ("s3:Get*", 0),
        ("s3:List*", 0),
        ("dynamodb:BatchGet*", 0),
        (["ec2:Describe*", "ec2:Create*", "ec2:Delete*"], 2),
        (None, 0),
    ],
)
def test_a_wildcard_that_may_stand_for_a_change_is_found(action: Any, count: int) -> None:
    assert len(messages(RULE, policy(Action=action))) == count


@pytest.mark.parametrize("resource_type", POLICY_TYPES)
def test_every_kind_of_policy_is_judged(resource_type: str) -> None:
    (found,) = messages(RULE, policy(resource_type, Action="s3:*"))
    assert "statement 1 allows s3:*: name each action" in found


def test_all_actions_but_some_are_as_good_as_a_wildcard() -> None:
    assert len(messages(RULE, policy(Action=None, NotAction="iam:*"))) == 1


def test_what_is_denied_or_allows_everything_is_not_this_finding() -> None:
    assert messages(RULE, policy(Effect="Deny", Action="s3:*")) == []
    assert messages(RULE, policy(Action="*", Resource="*")) == []


@pytest.mark.parametrize("document", [UNKNOWN, None, {"Statement": [{"Effect": "Allow", "Action": UNKNOWN}]}])
def test_what_is_missing_or_unknown_is_no_finding(document: Any) -> None:
    assert messages(RULE, resource(ROLE_POLICY, {"policy": document})) == []
