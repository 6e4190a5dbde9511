"""Machines and disks of pools that nobody can assign."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.launched_machine_untagged import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import template
from tests.policy.resources import messages

KEYS = ("hardway:environment", "hardway:stack", "hardway:role")


def test_our_templates_are_no_finding() -> None:
    assert messages(RULE, template()) == []


@pytest.mark.parametrize(("index", "kind"), [(0, "instance"), (1, "volume")])
@pytest.mark.parametrize("key", KEYS)
def test_each_tag_of_machines_and_disks_counts(index: int, kind: str, key: str) -> None:
    (found,) = messages(RULE, lacking(template(), "tagSpecifications", index, "tags", key))
    assert f"tagSpecifications of {kind} lack {key}:" in found


def test_what_is_not_said_is_found() -> None:
    assert len(messages(RULE, lacking(template(), "tagSpecifications"))) == 2
    assert len(messages(RULE, lacking(template(), "tagSpecifications", 0))) == 1
    assert len(messages(RULE, lacking(template(), "tagSpecifications", 0, "tags"))) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tagSpecifications",), UNKNOWN),
        (("tagSpecifications", 0, "tags"), UNKNOWN),
        (("tagSpecifications", 0, "tags", KEYS[0]), UNKNOWN),
        (("tagSpecifications", 0, "resourceType"), UNKNOWN),
        (("tagSpecifications", 0), UNKNOWN),
    ],
)
def test_what_is_unknown_is_no_finding(path: tuple[str | int, ...], value: Any) -> None:
    assert messages(RULE, but(template(), path, value)) == []


def test_the_tags_can_be_configured() -> None:
    assert len(messages(RULE, template(), Settings(required_tags=("cost-center",)))) == 2
