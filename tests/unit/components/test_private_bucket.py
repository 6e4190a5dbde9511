"""What guards a bucket, whatever it keeps."""

from __future__ import annotations

import json

import pulumi
import pytest
from pulumi_aws import s3

from components.private_bucket import guard_bucket
from tests.unit.components.harness import Recording, run


@pytest.fixture(scope="module")
def guarded() -> Recording:
    """A bucket with its guards; shared, as nothing changes it."""

    def program() -> None:
        parent = pulumi.ComponentResource("test:index:Parent", "parent")
        bucket = s3.Bucket("bucket", bucket="bucket-1")
        guard_bucket("guarded", bucket, bucket_name="bucket-1", key_arn="arn:key", parent=parent)

    return run(program)


def test_everything_is_the_parents_and_about_that_bucket(guarded: Recording) -> None:
    (parent,) = [one.urn for one in guarded if one.name == "parent"]
    guards = [one for one in guarded if one.name == "guarded"]
    assert len(guards) == 5
    assert {(one.parent, one.inputs["bucket"]) for one in guards} == {(parent, "bucket-1")}


def test_old_versions_are_kept_and_no_list_grants_anything(guarded: Recording) -> None:
    assert guarded.one("BucketVersioning", "guarded").inputs["versioningConfiguration"] == {"status": "Enabled"}
    ownership = guarded.one("BucketOwnershipControls", "guarded").inputs["rule"]
    assert ownership == {"objectOwnership": "BucketOwnerEnforced"}


def test_the_key_encrypts_with_few_calls(guarded: Recording) -> None:
    (rule,) = guarded.one("BucketServerSideEncryptionConfiguration", "guarded").inputs["rules"]
    assert rule == {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:key"},
        "bucketKeyEnabled": True,
    }


def test_clear_text_is_refused_for_the_bucket_and_its_objects_once_the_public_is_shut_out(guarded: Recording) -> None:
    policy = guarded.one("BucketPolicy", "guarded")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["arn:aws:s3:::bucket-1", "arn:aws:s3:::bucket-1/*"]
    block = guarded.one("BucketPublicAccessBlock", "guarded")
    assert block.urn in policy.depends_on
    assert all(value for key, value in block.inputs.items() if key != "bucket")
