"""Backup vault: the bucket that brings clusters back, under a key of its own, in a stack that outlives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_aws import s3

from components.naming import Naming
from components.private_bucket import guard_bucket

KEPT_DAYS: Final[dict[str, int]] = {"etcd/5-minutely/": 1, "etcd/hourly/": 7, "etcd/daily/": 90, "drills/": 365}
"""For how many days objects are kept, by the beginning of their keys: S3 knows no wildcard in a lifecycle's prefix, so
that a tier stands before the environment. What machines write is in hardway/machine."""


@dataclass(frozen=True, kw_only=True)
class BackupVaultArgs:
    """What the vault needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    bucket: str
    """Name of the bucket."""

    lock_days: int | None
    """How many days nobody can delete an object; None for no lock."""

    key_arn: pulumi.Input[str]
    """KMS key that encrypts the objects: not an environment's own, which may go with it."""

    protect: bool
    """Whether Pulumi refuses to delete the bucket."""


class BackupVault(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket that speaks TLS only, forgets by tier and, if so wished, never earlier."""

    bucket: pulumi.Output[str]
    """Name of the bucket; known only once backups may be written into it safely."""

    def __init__(self, name: str, args: BackupVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:management:BackupVault", name, None, opts)
        bucket = s3.Bucket(
            name,
            bucket=args.bucket,
            object_lock_enabled=args.lock_days is not None,
            force_destroy=not args.protect,
            tags=args.naming.tags("backup", "backups"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        guards = guard_bucket(name, bucket, bucket_name=args.bucket, key_arn=args.key_arn, parent=self)
        # S3 takes rules for old versions, and a lock, only once the bucket keeps versions.
        versioned = pulumi.ResourceOptions(parent=self, depends_on=[guards.versioning])
        lifecycle = s3.BucketLifecycleConfiguration(name, bucket=bucket.bucket, rules=_forgets(), opts=versioned)
        ready: list[pulumi.Input[Any]] = [guards.encryption.id, guards.ownership.id, guards.tls_only.id, lifecycle.id]
        if args.lock_days is not None:
            lock = s3.BucketObjectLockConfiguration(
                name,
                bucket=bucket.bucket,
                # Governance and not compliance: who may bypass it is a permission, and no role of this platform has it.
                rule={"default_retention": {"mode": "GOVERNANCE", "days": args.lock_days}},
                opts=versioned,
            )
            ready.append(lock.id)
        self.bucket = pulumi.Output.all(bucket.bucket, *ready).apply(lambda parts: str(parts[0]))
        self.register_outputs({"bucket": self.bucket})


def _forgets() -> list[Any]:
    """The rules by which objects go: current ones by their tier, older versions of them a day later."""
    # An object that expires leaves a version behind, which is what takes the room.
    older = {"noncurrent_days": 1}
    tiers = [
        {
            "id": prefix.strip("/").replace("/", "-"),
            "status": "Enabled",
            "filter": {"prefix": prefix},
            "expiration": {"days": days},
            "noncurrent_version_expiration": older,
        }
        for prefix, days in KEPT_DAYS.items()
    ]
    return [
        *tiers,
        # Written anew with every backup.
        {
            "id": "etcd-latest",
            "status": "Enabled",
            "filter": {"prefix": "etcd/latest/"},
            "noncurrent_version_expiration": older,
        },
        {
            "id": "leftovers",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"expired_object_delete_marker": True},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
        },
    ]
