from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.zone_holds_quorum import RULE
from tests.policy.resources import findings, resource


def volumes(*zones: Any) -> list[Resource]:
    tags = {"hardway:role": "etcd"}
    return [
        resource("aws:ebs/volume:Volume", {"availabilityZone": zone, "tags": tags}, name=f"etcd-{index}")
        for index, zone in enumerate(zones)
    ]


@pytest.mark.parametrize("zones", ["abc", "abcab", "abcde", ""])
def test_a_majority_outside_each_zone_is_no_finding(zones: str) -> None:
    assert findings(RULE, *volumes(*zones)) == []


@pytest.mark.parametrize(("zones", "zone", "inside"), [("aba", "a", 2), ("a", "a", 1), ("abcaa", "a", 3)])
def test_a_zone_without_which_there_is_none_is_found(zones: str, zone: str, inside: int) -> None:
    (found,) = findings(RULE, *volumes(*zones))
    assert found.message.startswith(f"{zone} has {inside} of {len(zones)} control planes")


def test_zones_that_are_not_known_yet_may_be_any() -> None:
    assert findings(RULE, *volumes("a", "b", UNKNOWN)) == []
    assert findings(RULE, *volumes("a", UNKNOWN, UNKNOWN)) == []
    unknown = resource("aws:ebs/volume:Volume", {"availabilityZone": "c", "tags": UNKNOWN})
    assert findings(RULE, *volumes("a", "b"), unknown) == []
    (found,) = findings(RULE, *volumes("a", "a", UNKNOWN))
    assert found.message.startswith("a has 2 of 3")


def test_other_volumes_are_not_counted() -> None:
    other = resource("aws:ebs/volume:Volume", {"availabilityZone": "a", "tags": {"hardway:role": "data"}})
    assert findings(RULE, *volumes("a", "b", "c"), other, other) == []
    assert findings(RULE, *volumes(UNKNOWN, UNKNOWN, UNKNOWN)) == []
    assert findings(RULE, *volumes(None)) == []
