"""Buckets that answer in clear text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.bucket_without_tls import RULE
from tests.policy.buckets import alone, bucket, parts, stack
from tests.policy.declared import but, lacking
from tests.policy.resources import changed, findings

ARN = "arn:aws:s3:::hardway-prod-artifacts"


def document() -> Any:
    """The policy of production's bucket."""
    return json.loads(parts()["BucketPolicy"].properties["policy"])


def found(changed_document: Any) -> int:
    """How many findings a bucket with that policy has."""
    return len(findings(RULE, *alone(), but(parts()["BucketPolicy"], ("policy",), json.dumps(changed_document))))


def test_our_bucket_is_no_finding() -> None:
    assert findings(RULE, *stack()) == []
    assert found(document()) == 0


def test_a_bucket_without_a_policy_is_found() -> None:
    (one,) = findings(RULE, *alone())
    assert "aws:SecureTransport is false" in one.message
    assert len(findings(RULE, *alone(), lacking(parts()["BucketPolicy"], "policy"))) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Effect", "Allow"),
        ("Principal", {"AWS": "arn:aws:iam::123456789012:root"}),
        ("Action", "s3:GetObject"),
        ("Resource", [ARN]),
        ("Resource", [f"{ARN}/*"]),
        ("Condition", {"Bool": {"aws:SecureTransport": "true"}}),
        ("Condition", {"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        ("Condition", {}),
        (
            "Condition",
            {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}},
        ),
    ],
)
def test_a_statement_that_lets_anything_through_is_found(key: str, value: Any) -> None:
    assert found(changed(document(), ("Statement", 0, key), value)) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Principal", {"AWS": "*"}),
        ("Principal", {"AWS": ["*"]}),
        ("Action", "*"),
        ("Action", ["s3:*"]),
        ("Resource", "*"),
        ("Condition", {"Bool": {"aws:SecureTransport": False}}),
        ("Condition", {"Bool": {"aws:SecureTransport": ["false"]}}),
    ],
)
def test_a_statement_in_other_words_is_no_finding(key: str, value: Any) -> None:
    assert found(changed(document(), ("Statement", 0, key), value)) == 0


def test_further_statements_change_nothing() -> None:
    both = document()
    both["Statement"].insert(0, {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"})
    assert found(both) == 0


def test_what_is_unknown_is_no_finding() -> None:
    assert findings(RULE, *alone(), but(parts()["BucketPolicy"], ("policy",), UNKNOWN)) == []


def test_the_bucket_can_say_it_itself() -> None:
    assert findings(RULE, but(bucket(), ("policy",), json.dumps(document()))) == []
    assert len(findings(RULE, but(bucket(), ("policy",), "{}"))) == 1


def test_what_the_provider_fills_in_is_no_promise_of_the_buckets() -> None:
    assert len(findings(RULE, but(bucket(), ("policy",), UNKNOWN))) == 1
