"""Buckets, and the resources of their own that say how a bucket is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from policy.references import of_type, referring
from policy.rule import Finding, Resource, is_known

TYPES: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
"""Buckets; the second name is the first one's from before version 7 of the provider."""


def without(resources: Sequence[Resource], part: str, holds: Callable[[Resource], bool]) -> Iterator[Resource]:
    """The buckets of which nothing says what they need: no resource of their own, and not the bucket itself.

    `part` is the kind of that resource, as BucketVersioning. `holds` reads it, or the bucket's property that says the
    same, and is true for what is not known yet.
    """
    module = part[0].lower() + part[1:]
    types = tuple(f"aws:s3/{module}{version}:{part}{version}" for version in ("", "V2"))
    for bucket in of_type(resources, *TYPES):
        saying = [_as_declared(bucket), *referring(resources, types, "bucket", bucket)]
        if not any(map(holds, saying)):
            yield bucket


def _as_declared(bucket: Resource) -> Resource:
    """The bucket without what the provider fills in: to a preview that is unknown, and so no promise of anybody's."""
    known = {key: value for key, value in bucket.properties.items() if is_known(value)}
    return dataclasses.replace(bucket, properties=known)


def finding(bucket: Resource, message: str) -> Finding:
    """What is wrong with a bucket, by the name that people know it by."""
    name: Any = bucket.at("bucket")
    return Finding(message=f"{name if isinstance(name, str) else bucket.name}: {message}", urn=bucket.urn)
