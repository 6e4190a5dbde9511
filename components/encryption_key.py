"""Encryption key: one KMS key per stack that keeps something."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import kms

from components.naming import Naming


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """What the key needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    account_id: pulumi.Input[str]
    """The AWS account whose IAM policies govern the key."""

    purpose: str
    """What it encrypts, as people read it in AWS."""

    workers_disks: bool
    """Whether auto scaling may use it, for the disks of the machines that it starts."""

    protect: bool
    """Whether Pulumi refuses to delete the key: without it nothing that it encrypted can be read."""


class EncryptionKey(pulumi.ComponentResource):
    """A yearly rotated key under a readable alias."""

    arn: pulumi.Output[str]
    """ARN of the key."""

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:security:EncryptionKey", name, None, opts)
        key = kms.Key(
            name,
            description=f"{args.purpose} of {args.naming.environment}",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=pulumi.Output.from_input(args.account_id).apply(
                lambda account: _key_policy(account, workers_disks=args.workers_disks)
            ),
            tags=args.naming.tags("encryption", "key"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(
            name,
            name=f"alias/{args.naming.name('key')}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def _key_policy(account_id: str, *, workers_disks: bool) -> str:
    by_iam = {
        "Sid": "GovernedByIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    disks = _disks_of_workers(account_id) if workers_disks else []
    return json.dumps({"Version": "2012-10-17", "Statement": [by_iam, *disks]})


def _disks_of_workers(account_id: str) -> list[dict[str, Any]]:
    # A condition and not a principal: AWS refuses a policy that names a role the account doesn't have yet.
    auto_scaling = {
        "aws:PrincipalArn": f"arn:aws:iam::{account_id}:role/aws-service-role/"
        "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    }
    return [
        # Auto scaling starts workers as itself: without this their encrypted disks cannot be made.
        {
            "Sid": "DisksOfWorkers",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            "Resource": "*",
            "Condition": {"ArnEquals": auto_scaling},
        },
        {
            "Sid": "GrantsForDisksOfWorkers",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"ArnEquals": auto_scaling, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
