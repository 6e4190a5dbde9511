"""Machines that boot somebody's image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rule import Settings
from policy.rules.image_owner_not_allowed import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import MACHINES, instance
from tests.policy.resources import messages

TAG = ("tags", "hardway:image-owner")


@pytest.mark.parametrize("machine", MACHINES)
def test_our_machines_are_no_finding(machine: Callable[[], Resource]) -> None:
    assert messages(RULE, machine()) == []


@pytest.mark.parametrize("machine", MACHINES)
def test_another_owner_and_none_are_found(machine: Callable[[], Resource]) -> None:
    (found,) = messages(RULE, but(machine(), TAG, "099720109477"))
    assert "is 099720109477" in found
    assert "boot one of 136693071363" in found
    (found,) = messages(RULE, lacking(machine(), *TAG))
    assert "is missing" in found
    assert len(messages(RULE, lacking(machine(), "tags"))) == 1


def test_the_owners_can_be_configured() -> None:
    settings = Settings(image_owners=("099720109477",))
    assert len(messages(RULE, instance(), settings)) == 1
    assert messages(RULE, but(instance(), TAG, "099720109477"), settings) == []


@pytest.mark.parametrize("path", [TAG, TAG[:1]])
def test_what_is_unknown_is_no_finding(path: Any) -> None:
    assert messages(RULE, but(instance(), path, UNKNOWN)) == []


def test_an_instance_from_a_template_boots_the_templates_image() -> None:
    assert messages(RULE, but(lacking(instance(), *TAG), ("launchTemplate",), {"id": "lt-1"})) == []
