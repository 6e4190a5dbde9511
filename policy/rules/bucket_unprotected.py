"""Buckets are protected from deletion."""

from __future__ import annotations

from collections.abc import Iterator

from policy.buckets import TYPES
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(bucket: Resource, settings: Settings) -> Iterator[str]:
    if not bucket.protect:
        yield "The bucket is not protected: pass protect=True, and set hardway:deletion_protection to true."


RULE = ResourceRule(
    name="bucket-unprotected",
    what="Pulumi refuses to delete buckets until somebody releases them.",
    why="No machine boots without the artifacts and bundles in the bucket, and no backup comes back from a deleted one;"
    " its name may belong to somebody else a minute later.",
    source="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    fix="Pass ResourceOptions(protect=True) to the bucket.",
    severity=Severity.HIGH,
    reference="story: Spotify deleted production clusters twice, from the wrong window",
    types=TYPES,
    check=_check,
)
