"""Endpoints: the AWS services that machines call, reachable without the Internet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws import ec2

from components.naming import Naming

INTERFACE_SERVICES: Final = ("secretsmanager", "ec2", "autoscaling")
"""Services with an address of their own in the VPC: all that machines call beside S3. Control planes ask ec2 for the
inventory, and autoscaling for workers that come and go. Nobody calls STS: a machine's credentials come from the
metadata service."""


@dataclass(frozen=True, kw_only=True)
class S3EndpointArgs:
    """What the S3 endpoint needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    region: str
    """Region whose S3 is meant."""

    vpc_id: pulumi.Input[str]
    """The VPC that gets the endpoint."""

    route_table_ids: Sequence[pulumi.Input[str]]
    """Route tables that get a route to S3."""

    buckets: Sequence[str]
    """Names of the only buckets that machines can reach through the endpoint."""


class S3Endpoint(pulumi.ComponentResource):
    """The way to S3: a route, limited to this platform's buckets so that nothing can be carried elsewhere."""

    prefix_list_id: pulumi.Output[str]
    """Prefix list of S3's addresses, for security group rules."""

    def __init__(self, name: str, args: S3EndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:S3Endpoint", name, None, opts)
        endpoint = ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            policy=_bucket_policy(args.buckets),
            tags=args.naming.tags("endpoint", "s3"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.prefix_list_id = endpoint.prefix_list_id
        self.register_outputs({"prefix_list_id": self.prefix_list_id})


def _bucket_policy(buckets: Sequence[str]) -> str:
    arns = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
                    "Resource": [*arns, *(f"{arn}/*" for arn in arns)],
                }
            ],
        }
    )


@dataclass(frozen=True, kw_only=True)
class InterfaceEndpointsArgs:
    """What the interface endpoints need to know."""

    naming: Naming
    """Names and tags of this stack."""

    region: str
    """Region whose services are meant."""

    vpc_id: pulumi.Input[str]
    """The VPC that gets the endpoints."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets in which each endpoint has an address; at most one per zone."""

    security_group_id: pulumi.Input[str]
    """Group that guards the endpoints."""


class InterfaceEndpoints(pulumi.ComponentResource):
    """One endpoint per service under the service's usual name."""

    def __init__(self, name: str, args: InterfaceEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:InterfaceEndpoints", name, None, opts)
        for service in INTERFACE_SERVICES:
            ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=args.vpc_id,
                service_name=f"com.amazonaws.{args.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(args.subnet_ids),
                security_group_ids=[args.security_group_id],
                private_dns_enabled=True,
                tags=args.naming.tags("endpoint", service),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
