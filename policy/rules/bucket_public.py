"""Nobody outside can be given access to a bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.buckets import finding, without
from policy.provider_values import is_off
from policy.rule import Finding, Resource, Settings, Severity, StackRule

_SWITCHES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _closes(block: Resource) -> bool:
    return not any(is_off(block.at(switch, default=False)) for switch in _SWITCHES)


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for bucket in without(resources, "BucketPublicAccessBlock", _closes):
        yield finding(bucket, f"no BucketPublicAccessBlock of it sets {', '.join(_SWITCHES)}: add one with all four.")


RULE = StackRule(
    name="bucket-public",
    what="Every bucket blocks public access in all four ways.",
    why="One policy or access list that somebody adds later opens the bucket to the Internet; with the block, AWS"
    " refuses it.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    fix="Add a BucketPublicAccessBlock with all four switches true.",
    severity=Severity.CRITICAL,
    reference="CIS AWS 3.0.0: 2.1.4",
    check=_check,
)
