"""A bucket that is deleted by mistake still has its objects."""

from __future__ import annotations

from collections.abc import Iterator

from policy.buckets import TYPES
from policy.provider_values import is_on
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(bucket: Resource, settings: Settings) -> Iterator[str]:
    if is_on(bucket.at("forceDestroy", default=False)):
        yield "forceDestroy is true: leave force_destroy out, and AWS refuses to delete a bucket that is not empty."


RULE = ResourceRule(
    name="bucket-emptied-on-delete",
    what="A bucket with objects in it cannot be deleted.",
    why="With force_destroy one deletion takes every object and every old version along, which AWS would refuse.",
    source="https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/#forcedestroy_python",
    fix="Set force_destroy to false where the environment's data is worth something.",
    severity=Severity.HIGH,
    reference="story: Spotify deleted production clusters twice, from the wrong window",
    types=TYPES,
    check=_check,
)
