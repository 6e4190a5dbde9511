"""Flow logs: a record of every connection in the VPC, accepted or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ec2, iam

from components.naming import Naming


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """What the flow logs need to know."""

    naming: Naming
    """Names and tags of this stack."""

    vpc_id: pulumi.Input[str]
    """The VPC whose traffic is recorded."""

    retention_days: int
    """How long records are kept."""


class FlowLogs(pulumi.ComponentResource):
    """A log group with the VPC's traffic, and the role with which AWS may write there and nowhere else."""

    log_group: pulumi.Output[str]
    """Name of the log group."""

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:FlowLogs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.naming.tags("flow-logs", "flow-logs")
        group = cloudwatch.LogGroup(
            name,
            name=f"/hardway/{args.naming.environment}/flow-logs",
            retention_in_days=args.retention_days,
            tags=tags,
            opts=child,
        )
        role = iam.Role(
            name,
            name=args.naming.name("flow-logs"),
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            tags=tags,
            opts=child,
        )
        policy = iam.RolePolicy(
            name,
            name="write-flow-logs",
            role=role.name,
            policy=group.arn.apply(_write_policy),
            opts=child,
        )
        ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags=tags,
            # Without its policy the log starts in the state "access error" and stays there for minutes.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.log_group = group.name
        self.register_outputs({"log_group": self.log_group})


def _write_policy(log_group_arn: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:DescribeLogStreams",
                    ],
                    "Resource": f"{log_group_arn}:*",
                }
            ],
        }
    )
