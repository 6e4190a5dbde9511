"""The artifact bucket: private, and filled without Pulumi reading a single artifact."""

from __future__ import annotations

import json

import pytest

from components.artifacts import Artifacts, ArtifactsArgs, lock_digest
from components.naming import Naming
from hardway.artifacts.lock import ArtifactLock, load_lock
from tests.unit.components.harness import Recording, run


@pytest.fixture
def lock() -> ArtifactLock:
    """The sandbox's lock."""
    return load_lock("sandbox")


def declare(naming: Naming, lock: ArtifactLock, *, protect: bool = True) -> Recording:
    return run(
        lambda: Artifacts(
            "artifacts",
            ArtifactsArgs(
                naming=naming,
                bucket="bucket-1",
                region="eu-central-1",
                lock=lock,
                key_arn="arn:key",
                protect=protect,
            ),
        )
    )


def test_the_bucket_is_private_versioned_and_encrypted(naming: Naming, lock: ArtifactLock) -> None:
    artifacts = declare(naming, lock)
    block = artifacts.one("BucketPublicAccessBlock", "artifacts").inputs
    assert all(
        block[key] for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    assert artifacts.one("BucketVersioning", "artifacts").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = artifacts.one("BucketServerSideEncryptionConfiguration", "artifacts").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:key"}
    rule = artifacts.one("BucketOwnershipControls", "artifacts").inputs["rule"]
    assert rule == {"objectOwnership": "BucketOwnerEnforced"}


def test_the_bucket_speaks_tls_only(naming: Naming, lock: ArtifactLock) -> None:
    policy = json.loads(declare(naming, lock).one("BucketPolicy", "artifacts").inputs["policy"])
    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("protect", [False, True])
def test_protection_is_explicit(naming: Naming, lock: ArtifactLock, protect: bool) -> None:
    bucket = declare(naming, lock, protect=protect).one("Bucket", "artifacts")
    assert bucket.protect is protect
    assert bucket.inputs["forceDestroy"] is not protect


def test_one_command_sends_what_the_lock_names(naming: Naming, lock: ArtifactLock) -> None:
    artifacts = declare(naming, lock)
    (upload,) = artifacts.of("Command")
    assert upload.inputs["triggers"] == ["bucket-1", lock_digest(lock)]
    assert upload.inputs["create"].endswith("hardway.artifact_upload --environment sandbox --bucket bucket-1")
    assert artifacts.of("BucketObjectv2") == []


def test_the_digest_follows_the_objects(lock: ArtifactLock) -> None:
    fewer = lock.model_copy(update={"artifacts": lock.artifacts[1:]})
    reordered = lock.model_copy(update={"artifacts": lock.artifacts[::-1]})
    assert lock_digest(fewer) != lock_digest(lock)
    assert lock_digest(reordered) == lock_digest(lock)
