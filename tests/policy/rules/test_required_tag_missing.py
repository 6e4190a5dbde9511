"""Resources that nobody can assign."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.required_tag_missing import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import messages, resource

VPC = ("aws:ec2/vpc:Vpc", "network")
KEYS = ("hardway:environment", "hardway:stack", "hardway:role")


def test_none_of_our_resources_is_a_finding() -> None:
    judged = [each for each in declared() if RULE.judges(each.type)]
    assert len(judged) > 120
    assert [message for each in judged for message in messages(RULE, each)] == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["", None])
def test_each_tag_counts_and_has_to_have_a_value(key: str, value: Any) -> None:
    (found,) = messages(RULE, lacking(one(*VPC), "tags", key))
    assert f"tags lack {key}:" in found
    assert messages(RULE, but(one(*VPC), ("tags", key), value)) == [found]


def test_a_resource_without_tags_lacks_all() -> None:
    (found,) = messages(RULE, lacking(one(*VPC), "tags"))
    assert all(key in found for key in KEYS)


def test_tags_of_the_provider_count() -> None:
    tags = one(*VPC).properties["tags"]
    assert messages(RULE, but(lacking(one(*VPC), "tags"), ("tagsAll",), tags)) == []


@pytest.mark.parametrize("key", KEYS)
def test_groups_have_tags_as_a_list(key: str) -> None:
    group = one("aws:autoscaling/group:Group", "pool-general")
    tags = [tag for tag in group.properties["tags"] if tag["key"] != key]
    assert len(tags) == len(group.properties["tags"]) - 1
    assert len(messages(RULE, but(group, ("tags",), tags))) == 1
    assert messages(RULE, but(group, ("tags",), [*tags, UNKNOWN])) == []
    assert messages(RULE, but(group, ("tags",), [*tags, {"key": UNKNOWN, "value": "x"}])) == []


@pytest.mark.parametrize("path", [("tags",), ("tagsAll",), ("tags", KEYS[0])])
def test_what_is_unknown_is_no_finding(path: tuple[str, ...]) -> None:
    assert messages(RULE, but(one(*VPC), path, UNKNOWN)) == []


def test_what_takes_no_tags_is_no_finding() -> None:
    for resource_type in ("aws:iam/rolePolicy:RolePolicy", "aws:ec2/route:Route", "hardway:network:Network"):
        assert messages(RULE, resource(resource_type, {})) == []


def test_the_tags_can_be_configured() -> None:
    (found,) = messages(RULE, one(*VPC), Settings(required_tags=("cost-center",)))
    assert "tags lack cost-center:" in found
