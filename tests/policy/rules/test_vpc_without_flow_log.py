"""Networks whose traffic nobody records."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.vpc_without_flow_log import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import findings

VPC = ("aws:ec2/vpc:Vpc", "network")
LOG = ("aws:ec2/flowLog:FlowLog", "network-flow-logs")


def test_our_network_is_no_finding() -> None:
    assert findings(RULE, *declared()) == []


def test_a_network_without_a_log_is_found() -> None:
    (found,) = findings(RULE, one(*VPC))
    assert found.urn == one(*VPC).urn
    assert "add one" in found.message


@pytest.mark.parametrize(("traffic", "count"), [("REJECT", 1), ("ACCEPT", 1), ("ALL", 0), (UNKNOWN, 0)])
def test_half_of_the_traffic_is_not_enough(traffic: Any, count: int) -> None:
    assert len(findings(RULE, one(*VPC), but(one(*LOG), ("trafficType",), traffic))) == count


def test_traffic_that_is_not_said_is_found() -> None:
    assert len(findings(RULE, one(*VPC), lacking(one(*LOG), "trafficType"))) == 1


def test_a_log_of_something_else_does_not_count() -> None:
    assert len(findings(RULE, one(*VPC), but(one(*LOG), ("vpcId",), "vpc-2"))) == 1
    assert len(findings(RULE, one(*VPC), lacking(one(*LOG), "vpcId"))) == 1


def test_a_network_that_is_not_known_yet_is_told_by_dependencies() -> None:
    assert findings(RULE, one(*VPC), but(one(*LOG), ("vpcId",), UNKNOWN)) == []
