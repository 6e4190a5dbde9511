"""Secrets in tags, which everybody reads."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.secret_in_tags import RULE
from tests.policy.declared import but, declared, one
from tests.policy.fakes import RANDOM, SECRETS
from tests.policy.machines import instance, template
from tests.policy.resources import messages, resource

VPC = ("aws:ec2/vpc:Vpc", "network")


def test_none_of_our_tags_is_a_finding() -> None:
    tagged = [each for each in declared() if RULE.judges(each.type) and each.at("tags")]
    assert len(tagged) > 80
    assert [message for each in tagged for message in messages(RULE, each)] == []


@pytest.mark.parametrize("kind", SECRETS)
def test_every_kind_of_secret_is_found_and_not_repeated(kind: str) -> None:
    (found,) = messages(RULE, but(one(*VPC), ("tags", "note"), SECRETS[kind]))
    assert f"tags seems to hold {kind}" in found
    assert SECRETS[kind] not in found


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("tagsAll",), {"note": RANDOM}, "tagsAll"),
        (("volumeTags",), {"note": RANDOM}, "volumeTags"),
        (("rootBlockDevice", "tags", "note"), RANDOM, "rootBlockDevice.tags"),
        (("ebsBlockDevices",), [{"tags": {"note": RANDOM}}], "ebsBlockDevices.tags"),
    ],
)
def test_tags_of_disks_and_of_the_provider_count(path: tuple[str, ...], value: Any, place: str) -> None:
    (found,) = messages(RULE, but(instance(), path, value))
    assert found.startswith(f"{place} seems to hold")


def test_tags_for_machines_and_of_groups_count() -> None:
    (found,) = messages(RULE, but(template(), ("tagSpecifications", 0, "tags", "note"), RANDOM))
    assert found.startswith("tagSpecifications.tags")
    group = one("aws:autoscaling/group:Group", "pool-general")
    assert len(messages(RULE, but(group, ("tags", 0, "value"), RANDOM))) == 1


def test_a_key_says_what_its_value_is() -> None:
    assert len(messages(RULE, but(one(*VPC), ("tags", "password"), "correct-h0rse-battery"))) == 1
    assert messages(RULE, but(one(*VPC), ("tags", "note"), "correct-h0rse-battery")) == []


@pytest.mark.parametrize("tags", [None, UNKNOWN, {}, {"note": UNKNOWN}, [UNKNOWN]])
def test_what_is_missing_or_unknown_is_no_finding(tags: Any) -> None:
    assert messages(RULE, but(one(*VPC), ("tags",), tags)) == []
    assert messages(RULE, resource(VPC[0], {})) == []
