"""Lists of networks with everybody in them."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.prefix_list_open_to_world import RULE
from tests.policy.resources import messages, resource

LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


@pytest.mark.parametrize(
    ("cidr", "count"),
    [("172.20.0.0/20", 0), ("0.0.0.0/0", 1), ("::/0", 1), ("not a range", 0), (UNKNOWN, 0), (None, 0)],
)
def test_the_internet_is_found_in_a_list_and_alone(cidr: Any, count: int) -> None:
    entries = [{"cidr": "10.1.0.0/16"}, {"cidr": cidr}]
    assert len(messages(RULE, resource(LIST, {"entries": entries}))) == count
    assert len(messages(RULE, resource(ENTRY, {"cidr": cidr}))) == count


@pytest.mark.parametrize("entries", [None, UNKNOWN, [UNKNOWN], []])
def test_what_is_missing_or_unknown_is_no_finding(entries: Any) -> None:
    assert messages(RULE, resource(LIST, {"entries": entries})) == []
    assert messages(RULE, resource(LIST, {})) == []
