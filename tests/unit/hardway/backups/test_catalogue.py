"""Which backups there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from hardway.backups.catalogue import NoBackup, backups, known_key, latest
from tests.unit.hardway.backups.conftest import KEY, manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put(s3: S3Client, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket="backups", Key=key, Body=b"12345")


def test_there_are_none_at_first(s3: S3Client) -> None:
    assert backups(s3, "backups", "test") == []


def test_they_come_newest_first_with_what_their_names_say(s3: S3Client) -> None:
    older = "etcd/5-minutely/test/20261121T115500Z-650.tar"
    put(s3, older, KEY, "etcd/5-minutely/other/20261121T120100Z-1.tar", "etcd/5-minutely/test/readme.txt")
    found = backups(s3, "backups", "test")
    assert [one.key for one in found] == [KEY, older]
    assert found[0].taken_at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert (found[0].tier, found[0].revision, found[0].size_bytes) == ("5-minutely", 700, 5)
    assert found[0].age_seconds(datetime(2026, 11, 21, 12, 1, tzinfo=UTC)) == 60


def test_an_hours_and_a_days_backup_are_as_old_as_their_objects(s3: S3Client) -> None:
    put(s3, "etcd/hourly/test/20261121T12Z.tar", "etcd/daily/test/20261121Z.tar")
    before = datetime.now(UTC)
    found = backups(s3, "backups", "test")
    assert sorted(one.tier for one in found) == ["daily", "hourly"]
    assert all(abs(one.age_seconds(before)) < 60 and one.revision is None for one in found)


def test_the_latest_is_what_the_pointer_says(s3: S3Client) -> None:
    with pytest.raises(NoBackup, match=r"no backup of test in bucket backups yet \(etcd/latest/test.json"):
        latest(s3, "backups", "test")
    s3.put_object(Bucket="backups", Key="etcd/latest/test.json", Body=json.dumps({"key": KEY, **manifest()}).encode())
    found = latest(s3, "backups", "test")
    assert (found.key, found.revision) == (KEY, 700)


def test_a_bucket_that_cannot_be_asked_is_not_an_empty_one(s3: S3Client) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        latest(s3, "elsewhere", "test")


def test_only_a_backup_of_this_environment_can_be_named(s3: S3Client) -> None:
    put(s3, KEY, "etcd/daily/other/20261121Z.tar")
    assert known_key(s3, "backups", "test", KEY) == KEY
    with pytest.raises(NoBackup, match=f"is no backup of test in bucket backups. The newest: {KEY}"):
        known_key(s3, "backups", "test", "etcd/daily/other/20261121Z.tar")
