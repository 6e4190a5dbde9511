"""Private bucket: what makes a bucket one that nobody reads who should not."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import s3


@dataclass(frozen=True, kw_only=True)
class BucketGuards:
    """What guards a bucket; writers wait for it."""

    versioning: s3.BucketVersioning
    """Keeps what is overwritten or deleted."""

    ownership: s3.BucketOwnershipControls
    """No access lists: who wrote an object does not own it."""

    encryption: s3.BucketServerSideEncryptionConfiguration
    """Encrypts every object that does not say how."""

    tls_only: s3.BucketPolicy
    """Refuses clear text; public access is blocked before it."""


def guard_bucket(
    name: str, bucket: s3.Bucket, *, bucket_name: str, key_arn: pulumi.Input[str], parent: pulumi.Resource
) -> BucketGuards:
    """The bucket is versioned, encrypted with that key, closed to the public and to clear text."""
    child = pulumi.ResourceOptions(parent=parent)
    versioning = s3.BucketVersioning(
        name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=child
    )
    ownership = s3.BucketOwnershipControls(
        name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
    )
    private = s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    encryption = s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key_arn,
                },
                # One data key for many objects: a boot would otherwise ask KMS once per artifact.
                "bucket_key_enabled": True,
            }
        ],
        opts=child,
    )
    tls_only = s3.BucketPolicy(
        name,
        bucket=bucket.bucket,
        policy=_tls_only(bucket_name),
        # S3 refuses to change both at once with "OperationAborted".
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[private]),
    )
    return BucketGuards(versioning=versioning, ownership=ownership, encryption=encryption, tls_only=tls_only)


def _tls_only(bucket: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    )
