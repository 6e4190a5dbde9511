"""Machine role: what machines of one kind may ask of AWS, to the single object."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import iam

from components.naming import Naming
from hardway.cluster_marker import MARKER_KEY, RESTORE_PREFIX, RESTORE_RESULT_KEY


@dataclass(frozen=True, kw_only=True)
class MachineRoleArgs:
    """What a role needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    thing: str
    """What carries the role, as control-plane or pool-general."""

    tag_role: str
    """Value of the tag hardway:role."""

    region: str
    """Region in which the role may use the key."""

    bucket_arn: pulumi.Input[str]
    """Bucket with the machines' bundles and artifacts."""

    key_arn: pulumi.Input[str]
    """Key that encrypts bucket and secrets."""

    readable_secrets: Mapping[str, pulumi.Input[str]]
    """ARNs of the secrets that the machines read, by a name for the reviewer."""

    writable_secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """ARNs of the secrets that the machines also write: join tokens, on control planes."""

    forms_cluster: bool = False
    """Whether the machines may write the cluster's marker and read the inventory: control planes."""

    groups: Sequence[str] = ()
    """Names of the auto-scaling groups whose machines they let in and out: control planes."""

    further: pulumi.Input[Sequence[Mapping[str, Any]]] = ()
    """More statements of the policy, such as components.backups makes."""


class MachineRole(pulumi.ComponentResource):
    """A role and the instance profile that hands it to machines."""

    profile_name: pulumi.Output[str]
    """Name of the instance profile; known only once the policy is in force."""

    profile_arn: pulumi.Output[str]
    """ARN of the instance profile; known only once the policy is in force."""

    def __init__(self, name: str, args: MachineRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:MachineRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        physical = args.naming.name(args.thing)
        tags = args.naming.tags(args.tag_role, args.thing)
        role = iam.Role(name, name=physical, assume_role_policy=_assumed_by_instances(), tags=tags, opts=child)
        policy = iam.RolePolicy(
            name,
            name="boot",
            role=role.name,
            policy=pulumi.Output.all(
                bucket=args.bucket_arn,
                key=args.key_arn,
                read=[arn for _, arn in sorted(args.readable_secrets.items())],
                write=[arn for _, arn in sorted(args.writable_secrets.items())],
                further=args.further,
            ).apply(
                lambda arns: boot_policy(
                    region=args.region,
                    bucket_arn=arns["bucket"],
                    key_arn=arns["key"],
                    readable=arns["read"],
                    writable=arns["write"],
                    forms_cluster=args.forms_cluster,
                    groups=args.groups,
                    further=arns["further"],
                )
            ),
            opts=child,
        )
        profile = iam.InstanceProfile(name, name=physical, role=role.name, tags=tags, opts=child)
        self.profile_name = pulumi.Output.all(profile.name, policy.id).apply(lambda parts: str(parts[0]))
        self.profile_arn = pulumi.Output.all(profile.arn, policy.id).apply(lambda parts: str(parts[0]))
        self.register_outputs({"profile_name": self.profile_name})


def boot_policy(
    *,
    region: str,
    bucket_arn: str,
    key_arn: str,
    readable: Sequence[str],
    writable: Sequence[str],
    forms_cluster: bool,
    groups: Sequence[str] = (),
    further: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The policy document: reads are named, writes are named one by one."""
    fetched = [f"{bucket_arn}/{folder}/*" for folder in ("bundles", "artifacts")]
    if forms_cluster:
        fetched.append(f"{bucket_arn}/{RESTORE_PREFIX}*")
    secrets = [*readable, *writable]
    statements: list[Mapping[str, Any]] = [
        _allow("Fetch", ["s3:GetObject"], fetched),
        # IAM takes no statement without a resource.
        *([_allow("Secrets", ["secretsmanager:GetSecretValue"], secrets)] if secrets else []),
        _allow(
            "Key",
            ["kms:Decrypt", "kms:GenerateDataKey"] if writable or forms_cluster else ["kms:Decrypt"],
            [key_arn],
            {
                "StringEquals": {
                    "kms:ViaService": [f"s3.{region}.amazonaws.com", f"secretsmanager.{region}.amazonaws.com"]
                }
            },
        ),
    ]
    if forms_cluster:
        statements += [
            _allow("Marker", ["s3:GetObject", "s3:PutObject"], [f"{bucket_arn}/{MARKER_KEY}"]),
            _allow("RestoreResult", ["s3:PutObject"], [f"{bucket_arn}/{RESTORE_RESULT_KEY}"]),
            # Without it S3 answers 403 and not 404 for a marker that isn't there, and nobody could tell.
            _allow("MarkerAbsence", ["s3:ListBucket"], [bucket_arn]),
            # A list has no resource to name; it tells whether a kubelet that asks for a certificate is real.
            _allow("Inventory", ["ec2:DescribeInstances"], ["*"], {"StringEquals": {"aws:RequestedRegion": region}}),
        ]
    if groups:
        account = key_arn.split(":")[4]
        prefix = f"arn:aws:autoscaling:{region}:{account}:autoScalingGroup"
        statements += [
            # A list has no resource to name.
            _allow(
                "Groups",
                ["autoscaling:DescribeAutoScalingGroups"],
                ["*"],
                {"StringEquals": {"aws:RequestedRegion": region}},
            ),
            # What stands before the name is made up by AWS when the group is made, which is after this role.
            _allow(
                "Lifecycle",
                ["autoscaling:CompleteLifecycleAction"],
                [f"{prefix}:*:autoScalingGroupName/{group}" for group in sorted(groups)],
            ),
        ]
    if writable:
        statements.append(_allow("JoinTokens", ["secretsmanager:PutSecretValue"], list(writable)))
    statements += further
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _allow(
    sid: str, actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return statement if condition is None else {**statement, "Condition": condition}


def _assumed_by_instances() -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    )
