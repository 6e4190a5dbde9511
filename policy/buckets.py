"""Buckets, and the resources of their own that say how a bucket is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from policy.references import of_type, referring
from policy.rule import Finding, Resource

TYPES: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
"""Buckets; the second name is the first one's from before version 7 of the provider."""


def without(
    resources: Sequence[Resource], part: str, holds: Callable[[Resource], bool], *, inline: str | None = None
) -> Iterator[Resource]:
    """The buckets of which nothing says what they need, be it a resource of their own or a property of the bucket.

    `part` is the kind of that resource, as BucketVersioning, and `inline` the property under which the bucket itself
    can say the same; both are read by `holds`, which is true for what is not known yet.
    """
    module = part[0].lower() + part[1:]
    types = tuple(f"aws:s3/{module}{version}:{part}{version}" for version in ("", "V2"))
    for bucket in of_type(resources, *TYPES):
        saying = list(referring(resources, types, "bucket", bucket))
        if inline is not None and bucket.at(inline) is not None:
            saying.append(bucket)
        if not any(holds(one) for one in saying):
            yield bucket


def finding(bucket: Resource, message: str) -> Finding:
    """What is wrong with a bucket, by the name that people know it by."""
    name: Any = bucket.at("bucket")
    return Finding(message=f"{name if isinstance(name, str) else bucket.name}: {message}", urn=bucket.urn)
