"""Artifacts: the bucket with everything that machines fetch at boot, and nothing that the Internet can see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pulumi
import pulumi_command as command
from pulumi_aws import s3

from components.naming import Naming
from components.private_bucket import guard_bucket
from hardway.artifacts.lock import ArtifactLock


@dataclass(frozen=True, kw_only=True)
class ArtifactsHandle:
    """What later layers may know of the bucket."""

    bucket: pulumi.Output[str]
    """Name of the bucket; known only once machines may read from it safely."""

    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""


@dataclass(frozen=True, kw_only=True)
class ArtifactsArgs:
    """What the artifact bucket needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    bucket: str
    """Name of the bucket."""

    region: str
    """Region of the bucket."""

    lock: ArtifactLock
    """Every binary, package and image of the environment with its hash."""

    key_arn: pulumi.Input[str]
    """KMS key that encrypts the objects."""

    protect: bool
    """Whether Pulumi refuses to delete the bucket."""


class Artifacts(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket that speaks TLS only, filled with the artifacts of the lock.

    The artifacts are sent by one command and are not objects of Pulumi's. A `BucketObjectv2` with a file as
    source makes the engine read and hash that file at every preview: half a gigabyte, which need not even be on
    the machine that previews. The lock has the hashes already; its digest triggers the command, which asks the
    bucket what it lacks and sends that. So a preview reads nothing, and a changed lock is one visible line.
    Objects that no lock names any more stay: they are named by hash, and running machines may still need them.
    """

    handle: ArtifactsHandle
    """For the layers that follow."""

    def __init__(self, name: str, args: ArtifactsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:artifacts:Artifacts", name, None, opts)
        bucket = s3.Bucket(
            name,
            bucket=args.bucket,
            force_destroy=not args.protect,
            tags=args.naming.tags("artifacts", "artifacts"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        guards = guard_bucket(name, bucket, bucket_name=args.bucket, key_arn=args.key_arn, parent=self)
        encryption, ownership, tls_only = guards.encryption, guards.ownership, guards.tls_only
        ready = pulumi.Output.all(bucket.bucket, encryption.id, ownership.id, tls_only.id)
        self.handle = ArtifactsHandle(bucket=ready.apply(lambda parts: str(parts[0])), bucket_arn=bucket.arn)
        command.local.Command(
            f"{name}-upload",
            create=f".venv/bin/python -m hardway.artifact_upload"
            f" --environment {args.lock.environment} --bucket {args.bucket}",
            environment={"AWS_REGION": args.region},
            triggers=[args.bucket, lock_digest(args.lock)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[encryption, ownership, tls_only]),
        )
        self.register_outputs({"bucket": self.handle.bucket, "bucket_arn": bucket.arn})


def lock_digest(lock: ArtifactLock) -> str:
    """One hash over the keys of all artifacts: it changes when, and only when, an object must be sent."""
    keys = "\n".join(sorted(artifact.object_key for artifact in lock.artifacts))
    return hashlib.sha256(keys.encode()).hexdigest()
