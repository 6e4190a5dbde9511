"""Security groups as nftables: who may reach whom, in words that nft accepts."""

from __future__ import annotations

import dataclasses
import re

from sandbox.security_groups import ruleset
from tests.unit.sandbox.views import EXAMPLE

LINKS = {"10.40.1.11": "m-1", "10.40.2.130": "m-2"}


def chain(name: str, text: str) -> list[str]:
    found = re.search(rf"chain {name} \{{(.*?)\n\}}", text, re.DOTALL)
    assert found
    return [line.strip() for line in found[1].splitlines() if line.strip()]


def test_a_group_reference_is_a_set_of_its_members_addresses() -> None:
    text = ruleset(EXAMPLE, LINKS)
    assert "set sg_api { type ipv4_addr; elements = { 10.40.1.10 }; }" in text
    assert "ip daddr @sg_cp ip saddr @sg_api tcp dport 6443 return" in chain("ingress", text)


def test_both_directions_end_in_a_drop() -> None:
    text = ruleset(EXAMPLE, LINKS)
    assert chain("ingress", text)[-1] == chain("egress", text)[-1] == "counter drop"


def test_a_port_range_and_a_range_of_addresses() -> None:
    ingress = chain("ingress", ruleset(EXAMPLE, LINKS))
    assert "ip daddr @sg_cp ip saddr @sg_cp tcp dport 2379-2380 return" in ingress
    assert "ip daddr @sg_api ip saddr 198.18.0.0/24 tcp dport 6443 return" in ingress


def test_a_prefix_list_is_the_gateways_address_and_everything_is_everything() -> None:
    egress = chain("egress", ruleset(EXAMPLE, LINKS))
    assert "ip saddr @sg_cp ip daddr 198.18.255.1 tcp dport 443 return" in egress
    assert "ip saddr @sg_worker return" in egress


def test_a_rule_for_a_group_that_is_gone_matches_nothing() -> None:
    assert "ip daddr @sg_endpoint ip saddr 255.255.255.255 tcp dport 443 return" in ruleset(EXAMPLE, LINKS)


def test_a_group_without_members_has_no_rules() -> None:
    assert "@sg_empty" not in ruleset(EXAMPLE, LINKS)


def test_a_machine_sends_from_its_own_address_only() -> None:
    text = ruleset(EXAMPLE, LINKS)
    assert 'elements = { "m-1" . 10.40.1.11, "m-2" . 10.40.2.130 }' in text
    assert chain("source", text)[-1] == 'iifname "m-*" iifname . ip saddr != @links counter drop'


def test_only_subnets_with_a_way_reach_the_buckets() -> None:
    assert "set bucket_clients { type ipv4_addr; flags interval; elements = { 10.40.1.0/24 }; }" in ruleset(
        EXAMPLE, LINKS
    )


def test_networks_are_apart() -> None:
    two = dataclasses.replace(EXAMPLE, vpcs={**EXAMPLE.vpcs, "vpc-2": "10.50.0.0/16"})
    assert "ip saddr 10.40.0.0/16 ip daddr { 10.50.0.0/16 } drop" in chain("forward", ruleset(two, LINKS))
