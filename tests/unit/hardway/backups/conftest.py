"""Two buckets in an account of their own, and backups as control planes write them."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import zstandard
from moto import mock_aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SNAPSHOT = b"what etcd holds" * 1000
KEY = "etcd/5-minutely/test/20261121T120000Z-700.tar"


def manifest(**changes: Any) -> dict[str, Any]:
    """What a backup of SNAPSHOT says of itself."""
    return {
        "format": 1,
        "environment": "test",
        "taken_at": datetime(2026, 11, 21, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "member": "control-plane-1",
        "etcd_version": "3.6.6",
        "kubernetes_version": "1.36.3",
        "revision": 700,
        "etcd_hash": 17,
        "total_keys": 30,
        "snapshot_bytes": len(SNAPSHOT),
        "snapshot_sha256": hashlib.sha256(SNAPSHOT).hexdigest(),
        "digests": {"/registry/pods": {"count": 3, "sha256": "aa"}, "/registry/secrets": {"count": 1, "sha256": "bb"}},
        "seconds": {"save": 0.4},
        **changes,
    }


def backup(parts: dict[str, bytes] | None = None, **changes: Any) -> bytes:
    """A backup as a tar, with its parts or its manifest changed."""
    content = {
        "manifest.json": json.dumps(manifest(**changes)).encode(),
        "snapshot.db.zst": zstandard.compress(SNAPSHOT),
        "identity.tar.zst": b"keys",
        **(parts or {}),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, body in content.items():
            if body:
                entry = tarfile.TarInfo(f"./{name}")
                entry.size = len(body)
                tar.addfile(entry, io.BytesIO(body))
    return packed.getvalue()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """S3 with a bucket `backups` and a versioned bucket `artifacts`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="backups")
        client.create_bucket(Bucket="artifacts")
        client.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
        yield client
