"""Production's bucket and the resources that say how it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from policy.resource import Resource
from tests.policy.declared import declared, one


def bucket() -> Resource:
    """The bucket."""
    return one("aws:s3/bucket:Bucket", "artifacts")


def parts() -> dict[str, Resource]:
    """What belongs to the bucket, by kind."""
    found = [each for each in declared() if each.type.startswith("aws:s3/") and each.name == "artifacts"]
    return {each.type.rsplit(":", 1)[1]: each for each in found}


def stack(*changed: Resource) -> Sequence[Resource]:
    """All of production, some of it changed."""
    replaced = {each.urn: each for each in changed}
    return [replaced.get(each.urn, each) for each in declared()]


def alone() -> Sequence[Resource]:
    """The bucket and nothing that belongs to it."""
    return [bucket()]
