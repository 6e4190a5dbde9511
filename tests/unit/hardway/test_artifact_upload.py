"""Filling the bucket: what is missing is sent, what is there is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from hardway import artifact_upload
from hardway.artifact_upload import main, upload
from hardway.artifacts.cache import object_path
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import ArtifactLock, BuiltWith, LockedArtifact


def artifact(name: str) -> LockedArtifact:
    content = name.encode()
    digest = hashlib.sha256(content).hexdigest()
    return LockedArtifact(
        name=name,
        kind="binary",
        version="1.0.0",
        license="Apache-2.0",
        upstream_url="https://example.net",
        checksum_source="https://example.net",
        size_bytes=len(content),
        sha256=digest,
        content_sha256=digest,
    )


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ArtifactLock]:
    """A lock of two artifacts, both in a cache of their own, and a bucket without any."""
    monkeypatch.setenv("HARDWAY_CACHE", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    made = ArtifactLock(
        environment="sandbox",
        source="built",
        built_with=BuiltWith(go="1", gcc="1", libseccomp="1", zstd="1"),
        artifacts=(artifact("etcd"), artifact("kubelet")),
    )
    monkeypatch.setattr(artifact_upload, "load_lock", lambda environment: made)
    for one in made.artifacts:
        path = object_path(one)
        path.parent.mkdir(parents=True)
        path.write_bytes(one.name.encode())
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="bucket-1")
        yield made


def test_an_empty_bucket_gets_everything_and_a_full_one_nothing(lock: ArtifactLock) -> None:
    s3 = boto3.client("s3")
    assert upload("sandbox", "bucket-1", s3) == ["etcd", "kubelet"]
    body = s3.get_object(Bucket="bucket-1", Key=lock.get("etcd").object_key)["Body"].read()
    assert body == b"etcd"
    assert upload("sandbox", "bucket-1", s3) == []


def test_what_the_bucket_has_need_not_be_in_the_cache(lock: ArtifactLock) -> None:
    s3 = boto3.client("s3")
    upload("sandbox", "bucket-1", s3)
    for one in lock.artifacts:
        object_path(one).unlink()
    assert upload("sandbox", "bucket-1", s3) == []


def test_what_nobody_has_is_named_with_the_fix(lock: ArtifactLock) -> None:
    object_path(lock.get("kubelet")).unlink()
    with pytest.raises(ArtifactError, match=r"bucket bucket-1 lacks kubelet, .*\./hw artifacts fetch sandbox"):
        upload("sandbox", "bucket-1", boto3.client("s3"))


@pytest.mark.usefixtures("lock")
def test_the_command_says_what_it_sent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--environment", "sandbox", "--bucket", "bucket-1"]) == 0
    assert capsys.readouterr().out == "2 artifacts sent\n"
