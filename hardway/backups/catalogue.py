"""Which backups of an environment there are: by tier, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, get_args

from botocore.exceptions import ClientError

from hardway.backups.documents import Latest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Tier = Literal["5-minutely", "hourly", "daily"]
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)

_KEY: Final = re.compile(
    r"etcd/(?P<tier>[^/]+)/(?P<environment>[^/]+)/(?P<time>\d{8}(?:T\d{2}(?:\d{4})?)?Z)(?:-(?P<revision>\d+))?\.tar"
)


class NoBackup(Exception):
    """There is no such backup; the text says what was looked for and what there is."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One backup in the bucket."""

    key: str
    tier: Tier
    taken_at: datetime
    size_bytes: int
    revision: int | None
    """etcd's revision; only the names of 5-minutely ones tell it."""

    def age_seconds(self, now: datetime) -> float:
        """How old it is."""
        return (now - self.taken_at).total_seconds()


def backups(s3: S3Client, bucket: str, environment: str) -> list[Backup]:
    """All backups of the environment, newest first."""
    found = [backup for tier in TIERS for backup in _of_tier(s3, bucket, environment, tier)]
    return sorted(found, key=lambda backup: (backup.taken_at, -TIERS.index(backup.tier)), reverse=True)


def _of_tier(s3: S3Client, bucket: str, environment: str, tier: Tier) -> Iterator[Backup]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"etcd/{tier}/{environment}/"):
        for item in page.get("Contents", []):
            if (named := _KEY.fullmatch(item["Key"])) is None:
                continue
            # The name of an hour's or a day's backup says no more than that; it was taken moments before it was stored.
            exact = tier == "5-minutely"
            yield Backup(
                key=item["Key"],
                tier=tier,
                taken_at=_time(named["time"]) if exact else item["LastModified"].astimezone(UTC),
                size_bytes=item["Size"],
                revision=int(named["revision"]) if named["revision"] else None,
            )


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def latest(s3: S3Client, bucket: str, environment: str) -> Latest:
    """The newest backup that is whole, by its pointer. NoBackup if none was ever made."""
    key = f"etcd/latest/{environment}.json"
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        raise NoBackup(
            f"there is no backup of {environment} in bucket {bucket} yet ({key} does not exist). Control planes make"
            " the first one minutes after their start."
        ) from error
    return Latest.model_validate_json(body)


def known_key(s3: S3Client, bucket: str, environment: str, key: str) -> str:
    """The key, if it is that of a backup of this environment. NoBackup with the newest ones otherwise."""
    found = [backup.key for backup in backups(s3, bucket, environment)]
    if key in found:
        return key
    raise NoBackup(
        f"{key} is no backup of {environment} in bucket {bucket}. The newest: {', '.join(found[:3]) or 'none'}."
    )
