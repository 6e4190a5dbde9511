"""Fills the artifact bucket: `python -m hardway.artifact_upload --environment prod --bucket NAME`.

Objects are named by their hash, so what is there is right: only missing ones are sent, and nothing is
hashed here (the bucket checks each body against the lock's hash as it arrives).
"""

from __future__ import annotations

import argparse
import base64
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from hardway.artifacts.cache import is_present, object_path
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import LockedArtifact, load_lock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PARALLEL = 4


def upload(environment: str, bucket: str, s3: S3Client) -> list[str]:
    """The bucket holds every artifact of the environment's lock. Returns the names of those it lacked."""
    lock = load_lock(environment)
    there = _keys(bucket, s3)
    missing = [artifact for artifact in lock.artifacts if artifact.object_key not in there]
    absent = [artifact.name for artifact in missing if not is_present(artifact)]
    if absent:
        raise ArtifactError(
            f"bucket {bucket} lacks {', '.join(absent)}, and the cache on this machine has no copy to send. "
            f"Get them with: ./hw artifacts fetch {environment}"
        )
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(lambda artifact: _send(artifact, bucket, s3), missing))
    return [artifact.name for artifact in missing]


def _keys(bucket: str, s3: S3Client) -> set[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="artifacts/")
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


def _send(artifact: LockedArtifact, bucket: str, s3: S3Client) -> None:
    with object_path(artifact).open("rb") as body:
        s3.put_object(
            Bucket=bucket,
            Key=artifact.object_key,
            Body=body,
            ContentType="application/octet-stream",
            ChecksumSHA256=base64.b64encode(bytes.fromhex(artifact.sha256)).decode(),
        )


def main(arguments: list[str] | None = None) -> int:
    """Upload what is missing and say in one line what was done."""
    parser = argparse.ArgumentParser(prog="python -m hardway.artifact_upload", description=__doc__)
    parser.add_argument("--environment", required=True)
    parser.add_argument("--bucket", required=True)
    options = parser.parse_args(arguments)
    s3 = boto3.client("s3", config=Config(max_pool_connections=PARALLEL))
    try:
        sent = upload(options.environment, options.bucket, s3)
    except ArtifactError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(sent)} artifacts sent")
    return 0


if __name__ == "__main__":
    sys.exit(main())
