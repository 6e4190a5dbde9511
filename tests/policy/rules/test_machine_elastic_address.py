"""Machines that are given an address on the Internet."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.machine_elastic_address import RULE
from tests.policy.declared import but, declared, one
from tests.policy.resources import messages, resource

EIP = ("aws:ec2/eip:Eip", "network-egress-public-a")


def test_none_of_our_addresses_is_a_finding() -> None:
    addresses = [each for each in declared() if RULE.judges(each.type)]
    assert len(addresses) == 3
    assert [message for each in addresses for message in messages(RULE, each)] == []


@pytest.mark.parametrize("key", ["instance", "networkInterface"])
@pytest.mark.parametrize("value", ["i-1", UNKNOWN])
def test_an_address_of_a_machine_is_found_whichever_it_is(key: str, value: Any) -> None:
    (found,) = messages(RULE, but(one(*EIP), (key,), value))
    assert f"{key} gives the address to a machine" in found


@pytest.mark.parametrize(
    ("properties", "count"), [({"instanceId": "i-1"}, 1), ({"networkInterfaceId": UNKNOWN}, 1), ({}, 0)]
)
def test_one_that_is_given_later_is_found(properties: dict[str, Any], count: int) -> None:
    association = resource("aws:ec2/eipAssociation:EipAssociation", {"allocationId": "eipalloc-1", **properties})
    assert len(messages(RULE, association)) == count


@pytest.mark.parametrize("value", ["", None])
def test_what_the_provider_leaves_empty_is_no_finding(value: Any) -> None:
    assert messages(RULE, but(one(*EIP), ("instance",), value)) == []
