"""Buckets whose objects are encrypted with nobody's key."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.bucket_unencrypted import RULE
from tests.policy.buckets import alone, bucket, parts, stack
from tests.policy.declared import but, lacking
from tests.policy.resources import findings

PART = "BucketServerSideEncryptionConfiguration"
DEFAULT = ("rules", 0, "applyServerSideEncryptionByDefault")
ALGORITHM = (*DEFAULT, "sseAlgorithm")


def test_our_bucket_is_no_finding() -> None:
    assert findings(RULE, *stack()) == []


def test_what_s3_does_by_itself_is_not_enough() -> None:
    (found,) = findings(RULE, *alone())
    assert "sse_algorithm aws:kms" in found.message


@pytest.mark.parametrize(("algorithm", "count"), [("AES256", 1), ("aws:kms", 0), ("aws:kms:dsse", 0), (UNKNOWN, 0)])
def test_the_algorithm_decides(algorithm: Any, count: int) -> None:
    assert len(findings(RULE, *alone(), but(parts()[PART], ALGORITHM, algorithm))) == count


@pytest.mark.parametrize("path", [ALGORITHM, DEFAULT, DEFAULT[:2], DEFAULT[:1]])
def test_what_is_missing_is_found(path: tuple[str | int, ...]) -> None:
    assert len(findings(RULE, *alone(), lacking(parts()[PART], *path))) == 1


@pytest.mark.parametrize("path", [DEFAULT, DEFAULT[:1]])
def test_what_is_unknown_is_no_finding(path: tuple[str | int, ...]) -> None:
    assert findings(RULE, *alone(), but(parts()[PART], path, UNKNOWN)) == []


@pytest.mark.parametrize(("algorithm", "count"), [("AES256", 1), ("aws:kms", 0), (UNKNOWN, 0)])
def test_the_bucket_can_say_it_itself(algorithm: Any, count: int) -> None:
    inline = {"rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}}
    assert len(findings(RULE, but(bucket(), ("serverSideEncryptionConfiguration",), inline))) == count


def test_what_the_provider_fills_in_is_no_promise_of_the_buckets() -> None:
    assert len(findings(RULE, but(bucket(), ("serverSideEncryptionConfiguration",), UNKNOWN))) == 1
