"""Who talked to whom can be read afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.references import of_type, referring
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _records_all(log: Resource) -> bool:
    kind = log.at("trafficType", default="")
    return not is_known(kind) or kind == "ALL"


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for vpc in of_type(resources, "aws:ec2/vpc:Vpc"):
        if not any(_records_all(log) for log in referring(resources, ("aws:ec2/flowLog:FlowLog",), "vpcId", vpc)):
            yield Finding(message=f"{vpc.name}: no FlowLog of this VPC has traffic_type ALL: add one.", urn=vpc.urn)


RULE = StackRule(
    name="vpc-without-flow-log",
    what="Every VPC has a flow log of accepted and refused connections.",
    why="After an intrusion, or a wrong rule of a security group, nothing else says what went where.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
    fix='Add a FlowLog with vpc_id and traffic_type="ALL".',
    severity=Severity.MEDIUM,
    reference="CIS AWS 3.0.0: 3.7",
    check=_check,
)
