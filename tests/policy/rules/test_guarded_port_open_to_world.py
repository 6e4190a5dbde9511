"""Ports of the platform that anybody can reach."""

from __future__ import annotations

from typing import Any

import pytest

from policy.cloud_settings import PortRange
from policy.resource import UNKNOWN, Resource
from policy.rule import Settings
from policy.rules.guarded_port_open_to_world import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import messages, resource

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
PEER = "network-groups-vpn-to-api"


def rule(cidr: Any, first: Any = 6443, last: Any = 6443, protocol: Any = "tcp") -> Resource:
    """Production's rule for its peer, with another range, port and protocol."""
    peer = but(but(one(INGRESS, PEER), ("cidrIpv4",), cidr), ("ipProtocol",), protocol)
    return but(but(peer, ("fromPort",), first), ("toPort",), last)


def test_none_of_our_rules_is_a_finding() -> None:
    judged = [each for each in declared() if RULE.judges(each.type)]
    assert len(judged) > 15
    assert [message for each in judged for message in messages(RULE, each)] == []
    assert one(INGRESS, PEER).properties["cidrIpv4"] == "172.20.0.0/20"


@pytest.mark.parametrize("port", [22, 2379, 2380, 6443, 10250, 10257, 10259, 30000, 31234, 32767])
def test_each_guarded_port_is_found(port: int) -> None:
    (found,) = messages(RULE, rule("0.0.0.0/0", port, port))
    assert f"0.0.0.0/0 to port {port}" in found


@pytest.mark.parametrize(("first", "last"), [(443, 443), (2381, 2381), (29999, 29999), (32768, 32768), (23, 2378)])
def test_other_ports_are_no_finding(first: int, last: int) -> None:
    assert messages(RULE, rule("0.0.0.0/0", first, last)) == []


@pytest.mark.parametrize(
    ("first", "last", "purposes"),
    [(1, 1024, ["SSH"]), (2000, 7000, ["etcd", "the Kubernetes API"]), (0, 65535, ["SSH", "NodePort Services"])],
)
def test_a_range_over_guarded_ports_names_them(first: int, last: int, purposes: list[str]) -> None:
    (found,) = messages(RULE, rule("0.0.0.0/0", first, last))
    assert all(purpose in found for purpose in purposes)


@pytest.mark.parametrize(
    ("cidr", "count"),
    [
        ("0.0.0.0/1", 1),
        ("10.0.0.1/0", 1),
        ("128.0.0.0/1", 1),
        ("0.0.0.0/7", 1),
        ("10.0.0.0/8", 0),
        ("203.0.113.7/32", 0),
        (UNKNOWN, 0),
    ],
)
def test_half_of_the_internet_is_the_internet(cidr: Any, count: int) -> None:
    assert len(messages(RULE, rule(cidr))) == count


@pytest.mark.parametrize(("cidr", "count"), [("::/0", 1), ("2000::/3", 1), ("2a05:d014::/32", 0)])
def test_the_sixth_version_counts_as_well(cidr: str, count: int) -> None:
    assert len(messages(RULE, but(lacking(one(INGRESS, PEER), "cidrIpv4"), ("cidrIpv6",), cidr))) == count


@pytest.mark.parametrize(
    ("protocol", "count"), [("-1", 1), ("udp", 1), ("6", 1), ("17", 1), ("icmp", 0), ("58", 0), (UNKNOWN, 0)]
)
def test_every_protocol_with_ports_counts(protocol: Any, count: int) -> None:
    assert len(messages(RULE, rule("0.0.0.0/0", protocol=protocol))) == count


def test_all_protocols_are_all_ports_whatever_is_said() -> None:
    (found,) = messages(RULE, lacking(lacking(rule("0.0.0.0/0", protocol="-1"), "fromPort"), "toPort"))
    assert "to every port" in found


@pytest.mark.parametrize("protocol", ["-1", "all", "50"])
def test_protocols_without_ports_have_none_to_narrow_them(protocol: str) -> None:
    assert len(messages(RULE, rule("0.0.0.0/0", 0, 0, protocol))) == 1


def test_ports_that_are_not_said_are_all_and_unknown_ones_are_none() -> None:
    assert len(messages(RULE, lacking(rule("0.0.0.0/0", 443, 443), "fromPort"))) == 1
    assert len(messages(RULE, lacking(rule("0.0.0.0/0", 1, 1), "toPort"))) == 1
    assert messages(RULE, rule("0.0.0.0/0", UNKNOWN)) == []
    assert messages(RULE, rule("0.0.0.0/0", 22, UNKNOWN)) == []


def test_a_group_with_its_rules_inside_is_judged() -> None:
    inside = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"]}
    group = one("aws:ec2/securityGroup:SecurityGroup", "network-groups-worker")
    assert len(messages(RULE, but(group, ("ingress",), [inside]))) == 1
    assert len(messages(RULE, but(group, ("ingress",), [{**inside, "ipv6CidrBlocks": ["::/0"]}]))) == 2
    assert messages(RULE, but(group, ("egress",), [inside])) == []
    assert messages(RULE, but(group, ("ingress",), UNKNOWN)) == []
    assert messages(RULE, but(group, ("ingress",), [UNKNOWN])) == []
    assert (
        len(messages(RULE, resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"ingress": [inside]}))) == 1
    )


@pytest.mark.parametrize(("direction", "count"), [("ingress", 1), ("egress", 0), (UNKNOWN, 0)])
def test_the_older_kind_of_rule_is_judged(direction: Any, count: int) -> None:
    inside = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"], "type": direction}
    assert len(messages(RULE, resource("aws:ec2/securityGroupRule:SecurityGroupRule", inside))) == count


def test_the_ports_can_be_configured() -> None:
    settings = Settings(guarded_ports=(PortRange(first=8443, last=8443, purpose="ours"),))
    assert messages(RULE, rule("0.0.0.0/0"), settings) == []
    assert "8443 (ours)" in messages(RULE, rule("0.0.0.0/0", 8443, 8443), settings)[0]
