"""What is asked of a bucket is read back as it was asked: else each refresh would find differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.s3 import Bucket
from sandbox.plugins.aws.s3_settings import BucketLifecycle, BucketObjectLock

RULES = [
    {
        "id": "hourly",
        "status": "Enabled",
        "filter": {"prefix": "etcd/hourly/"},
        "expiration": {"days": 7},
        "noncurrentVersionExpiration": {"noncurrentDays": 1},
    },
    {
        "id": "leftovers",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"expiredObjectDeleteMarker": True},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
    },
]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """A region in this process with a bucket that can lock."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        aws = Aws()
        aws.region = "eu-central-1"
        Bucket(aws).make({"bucket": "backups", "objectLockEnabled": True})
        yield aws


def test_lifecycle_rules_are_read_back_and_can_be_removed(aws: Aws) -> None:
    lifecycle = BucketLifecycle(aws)
    asked: dict[str, Any] = {"bucket": "backups", "rules": RULES}
    resource_id, made = lifecycle.create(asked)
    assert made == {**asked, "id": "backups"}
    changed = {**asked, "rules": RULES[:1]}
    assert lifecycle.update(resource_id, made, asked, changed)["rules"] == RULES[:1]
    lifecycle.delete(resource_id, made)
    assert lifecycle.read(resource_id, made) is None


def test_a_lock_is_read_back_and_can_be_taken_back(aws: Aws) -> None:
    lock = BucketObjectLock(aws)
    asked: dict[str, Any] = {"bucket": "backups", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}}
    resource_id, made = lock.create(asked)
    assert made == {**asked, "id": "backups"}
    lock.delete(resource_id, made)
    assert "Rule" not in aws.client("s3").get_object_lock_configuration(Bucket="backups")["ObjectLockConfiguration"]


def test_a_bucket_that_may_be_emptied_goes_with_what_is_locked(aws: Aws) -> None:
    BucketObjectLock(aws).create({"bucket": "backups", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}})
    aws.client("s3").put_object(Bucket="backups", Key="x", Body=b"1", ChecksumAlgorithm="SHA256")
    Bucket(aws).drop("backups", {"forceDestroy": True})
    assert aws.client("s3").list_buckets()["Buckets"] == []
