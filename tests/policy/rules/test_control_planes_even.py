from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Resource
from policy.rules.control_planes_even import RULE
from tests.policy.resources import findings, resource


def machines(count: int, role: str = "control-plane") -> list[Resource]:
    tags = {"hardway:role": role}
    return [resource("aws:ec2/instance:Instance", {"tags": tags}, name=f"machine-{index}") for index in range(count)]


@pytest.mark.parametrize("count", [0, 1, 3, 5])
def test_an_odd_number_or_none_is_no_finding(count: int) -> None:
    assert findings(RULE, *machines(count)) == []


@pytest.mark.parametrize("count", [2, 4])
def test_an_even_number_is_found(count: int) -> None:
    (found,) = findings(RULE, *machines(count), *machines(3, "worker"))
    assert f"There are {count} control planes" in found.message
    assert "hardway:control_plane.members" in found.message


def test_machines_of_no_role_are_not_counted() -> None:
    without_tags: tuple[dict[str, Any], ...] = ({}, {"tags": {}})
    for properties in without_tags:
        other = resource("aws:ec2/instance:Instance", properties)
        assert findings(RULE, *machines(1), other) == []
        assert len(findings(RULE, *machines(2), other)) == 1


def test_machines_of_unknown_role_may_be_control_planes() -> None:
    for tags in (UNKNOWN, {"hardway:role": UNKNOWN}):
        other = resource("aws:ec2/instance:Instance", {"tags": tags})
        assert findings(RULE, *machines(1), other) == []
        assert findings(RULE, *machines(2), other) == []
