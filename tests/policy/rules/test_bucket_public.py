"""Buckets that somebody can open to the Internet."""

from __future__ import annotations

import pytest

from policy.resource import UNKNOWN
from policy.rules.bucket_public import RULE
from tests.policy.buckets import alone, bucket, parts, stack
from tests.policy.declared import but, lacking
from tests.policy.resources import findings

PART = "BucketPublicAccessBlock"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def test_our_bucket_is_no_finding() -> None:
    assert findings(RULE, *stack()) == []


def test_a_bucket_without_a_block_is_found() -> None:
    (found,) = findings(RULE, *alone())
    assert found.urn == bucket().urn
    assert found.message.startswith("hardway-prod-artifacts: no BucketPublicAccessBlock")


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_counts_said_or_not(switch: str) -> None:
    block = parts()[PART]
    assert len(findings(RULE, *alone(), but(block, (switch,), False))) == 1
    assert len(findings(RULE, *alone(), lacking(block, switch))) == 1
    assert findings(RULE, *alone(), but(block, (switch,), UNKNOWN)) == []


def test_a_block_of_another_bucket_does_not_count() -> None:
    assert len(findings(RULE, *alone(), but(parts()[PART], ("bucket",), "somebody-elses"))) == 1


def test_a_bucket_that_is_not_known_yet_is_told_by_dependencies() -> None:
    block = but(parts()[PART], ("bucket",), UNKNOWN)
    assert bucket().urn in block.property_dependencies["bucket"]
    assert findings(RULE, *alone(), block) == []
