"""Backups: what an environment's machines may do in the backup bucket, to the single tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pulumi

TIERS: Final = ("5-minutely", "hourly", "daily")
"""How often a backup of each is made; the words are in the keys."""


@dataclass(frozen=True, kw_only=True)
class BackupsHandle:
    """What later layers may know of the management stack's backups."""

    bucket: pulumi.Output[str]
    """Name of the backup bucket."""

    key_arn: pulumi.Output[str]
    """Key that encrypts backups."""

    def writing(self, environment: str, region: str) -> pulumi.Output[list[dict[str, Any]]]:
        """Statements for machines that make backups of that environment: they read none and delete none."""
        return pulumi.Output.all(self.bucket, self.key_arn).apply(
            lambda parts: writing_statements(environment, region, f"arn:aws:s3:::{parts[0]}", str(parts[1]))
        )

    def drilling(self, environment: str, region: str) -> pulumi.Output[list[dict[str, Any]]]:
        """Statements for machines that try that environment's backups and tell how it went."""
        return pulumi.Output.all(self.bucket, self.key_arn).apply(
            lambda parts: drilling_statements(environment, region, f"arn:aws:s3:::{parts[0]}", str(parts[1]))
        )


def writing_statements(environment: str, region: str, bucket_arn: str, key_arn: str) -> list[dict[str, Any]]:
    """What an upload takes and no more: who takes over a machine can neither read nor remove what is kept."""
    return [
        {
            "Sid": "Backups",
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": _of(environment, bucket_arn),
        },
        _key(region, key_arn, ["kms:GenerateDataKey"]),
    ]


def drilling_statements(environment: str, region: str, bucket_arn: str, key_arn: str) -> list[dict[str, Any]]:
    """What takes a restore drill: reading backups, and writing what came of it."""
    return [
        {"Sid": "Backups", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": _of(environment, bucket_arn)},
        # Without it S3 answers 403 and not 404 while there is no backup, and nobody could tell.
        {"Sid": "BackupsAbsence", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket_arn]},
        {
            "Sid": "DrillResult",
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"{bucket_arn}/drills/{environment}/*"],
        },
        _key(region, key_arn, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]


def _of(environment: str, bucket_arn: str) -> list[str]:
    tiers = [f"{bucket_arn}/etcd/{tier}/{environment}/*" for tier in TIERS]
    return [*tiers, f"{bucket_arn}/etcd/latest/{environment}.json"]


def _key(region: str, key_arn: str, actions: list[str]) -> dict[str, Any]:
    return {
        "Sid": "BackupKey",
        "Effect": "Allow",
        "Action": actions,
        "Resource": [key_arn],
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
    }
