"""Machines that ask for an address on the Internet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.machine_public_address import RULE
from tests.policy.declared import but
from tests.policy.machines import MACHINES, instance, template
from tests.policy.resources import messages

KEY = "associatePublicIpAddress"


@pytest.mark.parametrize("machine", MACHINES)
def test_our_machines_are_no_finding(machine: Callable[[], Resource]) -> None:
    assert messages(RULE, machine()) == []


@pytest.mark.parametrize(
    ("value", "count"), [(True, 1), ("true", 1), (False, 0), ("false", 0), (None, 0), (UNKNOWN, 0)]
)
def test_an_instance_or_an_interface_of_a_template_that_asks_is_found(value: Any, count: int) -> None:
    assert len(messages(RULE, but(instance(), (KEY,), value))) == count
    assert len(messages(RULE, but(template(), ("networkInterfaces",), [{}, {KEY: value}]))) == count


@pytest.mark.parametrize("interfaces", [UNKNOWN, [UNKNOWN]])
def test_what_is_unknown_is_no_finding(interfaces: Any) -> None:
    assert messages(RULE, but(template(), ("networkInterfaces",), interfaces)) == []
