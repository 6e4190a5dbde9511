"""Security groups: one per role, with the rules of hardway.ports as resources of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc

from components.naming import Naming
from hardway.ports import API_PORT, FLOWS, HTTPS_PORT, INTERNET_CLIENTS, ROLES, S3_CLIENTS, Flow


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    """What the groups need to know."""

    naming: Naming
    """Names and tags of this stack."""

    vpc_id: pulumi.Input[str]
    """The VPC that the groups belong to."""

    s3_prefix_list_id: pulumi.Input[str]
    """Prefix list of S3's addresses in this region."""

    api_clients: Mapping[str, str]
    """Networks outside the VPC that may reach the API, by name."""

    internet_egress: bool
    """Whether machines may reach HTTPS servers on the Internet."""


class SecurityGroups(pulumi.ComponentResource):
    """A group per role; nothing else is open, in either direction."""

    ids: Mapping[str, pulumi.Output[str]]
    """Group id by role."""

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:network:SecurityGroups", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.ids = {role: self._group(role, purpose).id for role, purpose in ROLES.items()}
        for flow in FLOWS:
            self._permit(flow)
        for peer, cidr in sorted(args.api_clients.items()):
            self._ingress_from_peer(peer, cidr)
        for role in S3_CLIENTS:
            self._egress(f"{role}-to-s3", role, "Artifacts and bundles", prefix_list_id=args.s3_prefix_list_id)
        if args.internet_egress:
            for role in INTERNET_CLIENTS:
                self._egress(f"{role}-to-internet", role, "HTTPS through NAT", cidr_ipv4="0.0.0.0/0")
        self.register_outputs({"ids": dict(self.ids)})

    def _group(self, role: str, purpose: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            f"{self._name}-{role}",
            name=self._args.naming.name(role),
            description=purpose,
            vpc_id=self._args.vpc_id,
            tags=self._args.naming.tags(role, role),
            opts=self._child,
        )

    def _permit(self, flow: Flow) -> None:
        tags = self._args.naming.tags(flow.target, flow.name)
        vpc.SecurityGroupEgressRule(
            f"{self._name}-{flow.name}-out",
            security_group_id=self.ids[flow.source],
            referenced_security_group_id=self.ids[flow.target],
            ip_protocol=flow.protocol,
            from_port=flow.first_port,
            to_port=flow.last_port,
            description=flow.why,
            tags=tags,
            opts=self._child,
        )
        vpc.SecurityGroupIngressRule(
            f"{self._name}-{flow.name}-in",
            security_group_id=self.ids[flow.target],
            referenced_security_group_id=self.ids[flow.source],
            ip_protocol=flow.protocol,
            from_port=flow.first_port,
            to_port=flow.last_port,
            description=flow.why,
            tags=tags,
            opts=self._child,
        )

    def _ingress_from_peer(self, peer: str, cidr: str) -> None:
        vpc.SecurityGroupIngressRule(
            f"{self._name}-{peer}-to-api",
            security_group_id=self.ids["api"],
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=API_PORT,
            to_port=API_PORT,
            description=f"Kubernetes API from {peer}",
            tags=self._args.naming.tags("api", f"{peer}-to-api"),
            opts=self._child,
        )

    def _egress(
        self,
        name: str,
        role: str,
        why: str,
        *,
        prefix_list_id: pulumi.Input[str] | None = None,
        cidr_ipv4: str | None = None,
    ) -> None:
        vpc.SecurityGroupEgressRule(
            f"{self._name}-{name}",
            security_group_id=self.ids[role],
            prefix_list_id=prefix_list_id,
            cidr_ipv4=cidr_ipv4,
            ip_protocol="tcp",
            from_port=HTTPS_PORT,
            to_port=HTTPS_PORT,
            description=why,
            tags=self._args.naming.tags(role, name),
            opts=self._child,
        )
