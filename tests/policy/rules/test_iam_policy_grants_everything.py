"""Policies that allow everything."""

from __future__ import annotations

from typing import Any

import pytest

from policy.iam_document import POLICY_TYPES
from policy.resource import UNKNOWN
from policy.rules.iam_policy_grants_everything import RULE
from tests.policy.policies import ROLE_POLICY, ours, policy
from tests.policy.resources import messages, resource


def test_none_of_our_policies_is_a_finding() -> None:
    assert len(ours()) == 6
    assert [message for each in ours() for message in messages(RULE, each)] == []


@pytest.mark.parametrize("resource_type", POLICY_TYPES)
def test_administration_is_found_in_every_kind_of_policy(resource_type: str) -> None:
    (found,) = messages(RULE, policy(resource_type, Sid="Admin", Action="*", Resource="*"))
    assert "statement Admin allows every action on every resource" in found


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ({"Action": ["s3:GetObject", "*"], "Resource": ["*"]}, 1),
        ({"Action": "*:*", "Resource": "*"}, 1),
        ({"Action": "*", "Resource": "*", "Effect": "Deny"}, 0),
        ({"Action": "*", "Resource": "arn:aws:s3:::one"}, 0),
        ({"Action": "s3:*", "Resource": "*"}, 0),
        ({"Action": None, "Resource": "*"}, 0),
        ({"Action": "*", "Resource": None}, 0),
    ],
)
def test_both_halves_make_the_finding(statement: dict[str, Any], count: int) -> None:
    assert len(messages(RULE, policy(**statement))) == count


@pytest.mark.parametrize(
    "document", [UNKNOWN, None, "not JSON", "{}", {"Statement": UNKNOWN}, {"Statement": [UNKNOWN]}]
)
def test_what_is_missing_or_unknown_is_no_finding(document: Any) -> None:
    assert messages(RULE, resource(ROLE_POLICY, {"policy": document})) == []
    assert messages(RULE, resource(ROLE_POLICY, {})) == []
