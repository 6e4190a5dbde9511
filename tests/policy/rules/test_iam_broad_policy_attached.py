"""AWS's policies for administrators on an identity."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.iam_broad_policy_attached import RULE
from tests.policy.declared import but, declared, one
from tests.policy.resources import messages, resource

ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_none_of_our_roles_is_a_finding() -> None:
    judged = [each for each in declared() if RULE.judges(each.type)]
    assert len(judged) == 6
    assert [message for each in judged for message in messages(RULE, each)] == []


@pytest.mark.parametrize(
    ("arn", "count"),
    [
        (ADMINISTRATOR, 1),
        ("arn:aws:iam::aws:policy/PowerUserAccess", 1),
        ("arn:aws:iam::aws:policy/IAMFullAccess", 1),
        ("arn:aws:iam::aws:policy/AmazonS3FullAccess", 1),
        ("arn:aws:iam::aws:policy/job-function/SystemAdministrator", 1),
        ("arn:aws-us-gov:iam::aws:policy/AdministratorAccess", 1),
        ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", 0),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", 0),
        ("arn:aws:iam::123456789012:policy/AdministratorAccess", 0),
        (UNKNOWN, 0),
        (None, 0),
    ],
)
def test_broad_policies_of_awss_are_found(arn: Any, count: int) -> None:
    assert len(messages(RULE, resource(ATTACHMENT, {"role": "one", "policyArn": arn}))) == count


@pytest.mark.parametrize(
    "resource_type",
    [
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
    ],
)
def test_every_kind_of_attachment_is_judged(resource_type: str) -> None:
    (found,) = messages(RULE, resource(resource_type, {"policyArn": ADMINISTRATOR}))
    assert "AdministratorAccess" in found


def test_a_role_can_attach_them_itself() -> None:
    role = one("aws:iam/role:Role", "control-plane")
    assert len(messages(RULE, but(role, ("managedPolicyArns",), [ADMINISTRATOR, UNKNOWN]))) == 1
    assert messages(RULE, but(role, ("managedPolicyArns",), UNKNOWN)) == []
