"""Objects are encrypted with a key that the environment owns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.buckets import finding, without
from policy.provider_values import blocks
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known

_PART: Final = "BucketServerSideEncryptionConfiguration"


def _encrypts(resource: Resource) -> bool:
    inline = resource.at("serverSideEncryptionConfiguration", "rule", default=())
    rules = resource.at("rules", default=inline)
    if not is_known(rules):
        return True
    defaults = [block.get("applyServerSideEncryptionByDefault") for block in blocks(rules)]
    algorithms = [one if not is_known(one) else (one or {}).get("sseAlgorithm") for one in defaults]
    return any(not is_known(one) or str(one).startswith("aws:kms") for one in algorithms)


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for bucket in without(resources, _PART, _encrypts):
        yield finding(bucket, f"no {_PART} of it says aws:kms: add one with sse_algorithm aws:kms and the key's ARN.")


RULE = StackRule(
    name="bucket-unencrypted",
    what="Every bucket encrypts its objects with a KMS key.",
    why="By default S3 encrypts with a key that everybody who may read the bucket uses unasked; a key of ours is a"
    " second permission, logged at each use, and can be withdrawn.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    fix="Add a BucketServerSideEncryptionConfiguration with sse_algorithm aws:kms and kms_master_key_id.",
    severity=Severity.HIGH,
    reference="AWS Security Hub: S3.17",
    check=_check,
)
