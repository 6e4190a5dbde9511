"""Policies as AWS evaluates them: resources, conditions, variables, and deny before allow."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.iam import Result, evaluate

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:hardway/sandbox/pool/general-AbCdEf"
CONTEXT = {
    "aws:securetransport": "true",
    "aws:resourcetag/hardway:pool": "general",
    "aws:principaltag/hardway:pool": "general",
}


def verdict(action: str = "secretsmanager:GetSecretValue", resource: str = SECRET, **statement: Any) -> Any:
    whole = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"} | statement
    return evaluate(whole, action, resource, None, CONTEXT)


def test_an_exact_statement_allows_and_denies() -> None:
    assert verdict() == Result.PERMITTED
    assert verdict(Effect="Deny") == Result.DENIED


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        (SECRET, True),
        ("arn:aws:secretsmanager:*:*:secret:hardway/sandbox/pool/general-??????", True),
        ("arn:aws:secretsmanager:*:*:secret:hardway/sandbox/pool/general", False),
        ("arn:aws:secretsmanager:*:*:secret:hardway/sandbox/control-plane/*", False),
        ([SECRET, "other"], True),
    ],
)
def test_resources(pattern: str | list[str], matches: bool) -> None:
    assert (verdict(Resource=pattern) == Result.PERMITTED) is matches


def test_a_call_on_everything_needs_a_policy_for_everything() -> None:
    assert verdict(resource="*", Resource=SECRET) == Result.NEUTRAL


def test_actions_ignore_case_and_may_be_excluded() -> None:
    assert verdict(Action="SecretsManager:get*") == Result.PERMITTED
    assert verdict(Action="secretsmanager:PutSecretValue") == Result.NEUTRAL
    assert evaluate({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "s3:GetObject", "x", None, {}) == (
        Result.PERMITTED
    )


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"StringEquals": {"aws:ResourceTag/hardway:pool": "general"}}, True),
        ({"StringEquals": {"aws:ResourceTag/hardway:pool": ["storage", "general"]}}, True),
        ({"StringEquals": {"aws:ResourceTag/hardway:pool": "storage"}}, False),
        ({"StringEquals": {"aws:ResourceTag/hardway:pool": "${aws:PrincipalTag/hardway:pool}"}}, True),
        ({"StringEquals": {"aws:ResourceTag/absent": "general"}}, False),
        ({"StringEqualsIfExists": {"aws:ResourceTag/absent": "general"}}, True),
        ({"StringNotEquals": {"aws:ResourceTag/absent": "general"}}, True),
        ({"StringLike": {"aws:ResourceTag/hardway:pool": "gen*"}}, True),
        ({"Null": {"aws:ResourceTag/absent": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}, False),
    ],
)
def test_conditions(condition: dict[str, Any], matches: bool) -> None:
    assert (verdict(Condition=condition) == Result.PERMITTED) is matches


def test_a_trust_policy_names_its_principal() -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    assert evaluate(trust, "sts:AssumeRole", "", "ec2.amazonaws.com", {}) == Result.PERMITTED
    assert evaluate(trust, "sts:AssumeRole", "", "lambda.amazonaws.com", {}) == Result.NEUTRAL
