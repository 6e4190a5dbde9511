"""What a property refers to, by its value or by what the engine says it depends on."""

from __future__ import annotations

from typing import Any

import pytest

from policy.references import refers
from policy.resource import UNKNOWN
from tests.policy.resources import resource

GROUP = resource("aws:ec2/securityGroup:SecurityGroup", {"id": "sg-1", "arn": "arn:aws:ec2:::sg-1", "name": "workers"})


@pytest.mark.parametrize("value", ["sg-1", "arn:aws:ec2:::sg-1", "workers", ["sg-0", "sg-1"], [{"groups": ["sg-1"]}]])
def test_a_known_value_names_it(value: Any) -> None:
    assert refers(resource("any", {"key": value}), "key", GROUP)


@pytest.mark.parametrize("value", ["sg-2", [], ["sg-2", {"groups": []}], None])
def test_another_value_does_not_whatever_it_depends_on(value: Any) -> None:
    assert not refers(resource("any", {"key": value}, property_dependencies={"key": (GROUP.urn,)}), "key", GROUP)


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], ["sg-2", UNKNOWN], [{"groups": UNKNOWN}]])
@pytest.mark.parametrize(("behind", "refers_to_it"), [(GROUP.urn, True), ("urn:of:another", False)])
def test_an_unknown_value_is_told_by_dependencies(value: Any, behind: str, refers_to_it: bool) -> None:
    one = resource("any", {"key": value}, property_dependencies={"key": (behind,)})
    assert refers(one, "key", GROUP) is refers_to_it


@pytest.mark.parametrize("value", [UNKNOWN, ["sg-2", UNKNOWN]])
def test_an_unknown_value_that_depends_on_nothing_may_be_anything(value: Any) -> None:
    assert refers(resource("any", {"key": value}), "key", GROUP)


def test_a_group_that_is_not_known_is_named_by_dependencies_only() -> None:
    unknown = resource("aws:ec2/securityGroup:SecurityGroup", {"id": UNKNOWN, "arn": UNKNOWN})
    assert not refers(resource("any", {"key": "sg-1"}), "key", unknown)
    assert refers(resource("any", {"key": UNKNOWN}, property_dependencies={"key": (unknown.urn,)}), "key", unknown)
