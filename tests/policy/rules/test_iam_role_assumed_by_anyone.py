"""Roles that trust everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.iam_role_assumed_by_anyone import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import messages

ROLE = ("aws:iam/role:Role", "control-plane")


def trust(**statement: Any) -> str:
    whole = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **statement}
    return json.dumps({"Statement": whole})


def test_none_of_our_roles_is_a_finding() -> None:
    roles = [each for each in declared() if each.type == ROLE[0]]
    assert len(roles) == 6
    assert [message for each in roles for message in messages(RULE, each)] == []


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ({}, 1),
        ({"Principal": "*"}, 1),
        ({"Principal": {"AWS": ["arn:aws:iam::123456789012:root", "*"]}}, 1),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, 0),
        ({"Principal": {"Service": "ec2.amazonaws.com"}}, 0),
        ({"Effect": "Deny"}, 0),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, 0),
    ],
)
def test_trust_in_everybody_is_found(statement: dict[str, Any], count: int) -> None:
    assert len(messages(RULE, but(one(*ROLE), ("assumeRolePolicy",), trust(**statement)))) == count


def test_what_is_missing_or_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*ROLE), ("assumeRolePolicy",), UNKNOWN)) == []
    assert messages(RULE, lacking(one(*ROLE), "assumeRolePolicy")) == []
