"""The order to restore: objects in the artifact bucket that control planes with empty disks wait for."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from hardway.backups.archive import Archive
from hardway.backups.documents import Restored
from hardway.cluster_marker import RESTORE_PREFIX, RESTORE_RESULT_KEY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ORDER_KEY: Final = f"{RESTORE_PREFIX}order.env"
VALID_SECONDS: Final = 1800
"""An order that was left behind does no harm after that; the clocks of machines and of this computer may differ."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What each control plane is told: all restore the same file into one new cluster."""

    snapshot: str
    sha256: str
    token: str
    revision: int
    valid_until: int

    def text(self) -> str:
        """The file that machines read, line by line."""
        return (
            f"RESTORE_SNAPSHOT={self.snapshot}\n"
            f"RESTORE_SHA256={self.sha256}\n"
            f"RESTORE_TOKEN={self.token}\n"
            f"RESTORE_REVISION={self.revision}\n"
            f"RESTORE_VALID_UNTIL={self.valid_until}\n"
        )


@contextmanager
def standing_order(s3: S3Client, bucket: str, environment: str, archive: Archive) -> Iterator[Order]:
    """While the block runs, machines that wait restore that backup. Nothing of it is left in the bucket afterwards.

    The snapshot goes first, so that whoever reads the order finds it. Another token makes another cluster id: a member
    of the lost cluster that turns up later is refused by the restored ones.
    """
    manifest = archive.manifest
    order = Order(
        snapshot=f"{RESTORE_PREFIX}{manifest.snapshot_sha256}.db.zst",
        sha256=manifest.snapshot_sha256,
        token=f"hardway-{environment}-{secrets.token_hex(8)}",
        revision=manifest.restored_revision,
        valid_until=int(time.time()) + VALID_SECONDS,
    )
    remove(s3, bucket)
    try:
        s3.upload_file(str(archive.snapshot), bucket, order.snapshot)
        s3.put_object(Bucket=bucket, Key=ORDER_KEY, Body=order.text().encode(), ContentType="text/plain")
        yield order
    finally:
        remove(s3, bucket)


def remove(s3: S3Client, bucket: str) -> None:
    """No order stands, and no version of what belonged to one is kept: a snapshot holds all that the cluster knew."""
    # The order before its snapshot: nobody shall find an order whose file is gone.
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=RESTORE_PREFIX):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        for version in sorted(versions, key=lambda each: each["Key"] != ORDER_KEY):
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def result(s3: S3Client, bucket: str) -> Restored | None:
    """What the restored cluster's leader said it holds, once it did."""
    try:
        body = s3.get_object(Bucket=bucket, Key=RESTORE_RESULT_KEY)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        return None
    return Restored.model_validate_json(body)
