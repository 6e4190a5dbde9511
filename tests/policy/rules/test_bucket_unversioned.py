"""Buckets in which what is overwritten is gone."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.bucket_unversioned import RULE
from tests.policy.buckets import alone, bucket, parts, stack
from tests.policy.declared import but, lacking
from tests.policy.resources import findings, resource

STATUS = ("versioningConfiguration", "status")


def test_our_bucket_is_no_finding() -> None:
    assert findings(RULE, *stack()) == []


def test_a_bucket_that_says_nothing_is_found() -> None:
    (found,) = findings(RULE, *alone())
    assert "no BucketVersioning" in found.message


@pytest.mark.parametrize(("status", "count"), [("Suspended", 1), ("Disabled", 1), ("Enabled", 0), (UNKNOWN, 0)])
def test_only_one_status_keeps_old_versions(status: Any, count: int) -> None:
    assert len(findings(RULE, *alone(), but(parts()["BucketVersioning"], STATUS, status))) == count


def test_a_status_that_is_not_said_is_found_and_an_unknown_one_is_not() -> None:
    assert len(findings(RULE, *alone(), lacking(parts()["BucketVersioning"], *STATUS))) == 1
    assert len(findings(RULE, *alone(), lacking(parts()["BucketVersioning"], STATUS[0]))) == 1
    assert findings(RULE, *alone(), but(parts()["BucketVersioning"], STATUS[:1], UNKNOWN)) == []


@pytest.mark.parametrize(("enabled", "count"), [(True, 0), (False, 1), (UNKNOWN, 0)])
def test_the_bucket_can_say_it_itself(enabled: Any, count: int) -> None:
    assert len(findings(RULE, but(bucket(), ("versioning",), {"enabled": enabled}))) == count


def test_both_names_of_the_types_are_judged() -> None:
    old = resource("aws:s3/bucketV2:BucketV2", {"bucket": "old"})
    versioning = {"bucket": "old", "versioningConfiguration": {"status": "Enabled"}}
    assert len(findings(RULE, old)) == 1
    assert findings(RULE, old, resource("aws:s3/bucketVersioningV2:BucketVersioningV2", versioning)) == []


def test_what_the_provider_fills_in_is_no_promise_of_the_buckets() -> None:
    assert len(findings(RULE, but(bucket(), ("versioning",), UNKNOWN))) == 1
