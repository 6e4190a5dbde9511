"""Machines that anybody can reach at some port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.machine_open_to_world import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.machines import instance
from tests.policy.resources import findings, resource

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
NODE = "network-groups-control-plane-to-worker-udp-8472-in"


def opened(name: str = NODE, port: Any = 8472) -> Resource:
    """A rule of production that lets in everybody."""
    rule = but(lacking(one(INGRESS, name), "referencedSecurityGroupId"), ("cidrIpv4",), "0.0.0.0/0")
    return but(but(rule, ("fromPort",), port), ("toPort",), port)


def with_rule(rule: Resource) -> Sequence[Resource]:
    return [rule if each.urn == rule.urn else each for each in declared()]


def test_production_is_no_finding() -> None:
    assert findings(RULE, *declared()) == []


def test_a_rule_of_a_machines_group_is_found() -> None:
    (found,) = findings(RULE, *with_rule(opened()))
    assert found.urn == opened().urn
    assert "0.0.0.0/0 to port 8472" in found.message
    assert "network-groups-worker" in found.message


def test_a_group_that_guards_no_machine_is_no_finding() -> None:
    endpoint = "network-groups-worker-to-endpoint-tcp-443-in"
    assert findings(RULE, *with_rule(opened(endpoint, 443))) == []


def test_guarded_ports_are_the_finding_of_another_rule() -> None:
    assert findings(RULE, *with_rule(opened(port=10250))) == []


@pytest.mark.parametrize("key", ["vpcSecurityGroupIds", "securityGroups", "networkInterfaces"])
def test_a_machines_group_is_told_by_the_machine_as_well(key: str) -> None:
    group = resource(GROUP, {"id": "sg-1"}, name="untagged")
    rule = resource(INGRESS, {"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 80})
    rule = but(rule, ("toPort",), 80)
    value = [{"securityGroups": ["sg-1"]}] if key == "networkInterfaces" else ["sg-1"]
    assert findings(RULE, group, rule, instance()) == []
    assert len(findings(RULE, group, rule, but(instance(), (key,), value))) == 1


def test_a_group_with_its_rules_inside_is_judged() -> None:
    inside = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}
    group = but(one(GROUP, "network-groups-worker"), ("ingress",), [inside])
    (found,) = findings(RULE, group)
    assert found.urn == group.urn


def test_what_is_not_known_yet_is_told_by_dependencies() -> None:
    (found,) = findings(RULE, *with_rule(but(opened(), ("securityGroupId",), UNKNOWN)))
    assert found.urn == opened().urn
    endpoint = but(opened("network-groups-worker-to-endpoint-tcp-443-in", 443), ("securityGroupId",), UNKNOWN)
    assert findings(RULE, *with_rule(endpoint)) == []


@pytest.mark.parametrize(
    ("path", "value"), [("cidrIpv4", UNKNOWN), ("cidrIpv4", "172.20.0.0/20"), ("fromPort", UNKNOWN)]
)
def test_what_is_known_to_be_narrow_or_not_known_is_no_finding(path: str, value: Any) -> None:
    assert findings(RULE, *with_rule(but(opened(), (path,), value))) == []


def test_a_rule_without_a_range_is_no_finding() -> None:
    assert findings(RULE, *with_rule(lacking(opened(), "cidrIpv4"))) == []
