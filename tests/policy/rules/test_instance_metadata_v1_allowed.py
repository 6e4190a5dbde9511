"""Machines that answer requests for credentials without a session token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.instance_metadata_v1_allowed import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import MACHINES, instance
from tests.policy.resources import messages, resource

TOKENS = ("metadataOptions", "httpTokens")


@pytest.mark.parametrize("machine", MACHINES)
def test_our_machines_are_no_finding(machine: Callable[[], Resource]) -> None:
    assert messages(RULE, machine()) == []


@pytest.mark.parametrize("machine", MACHINES)
def test_optional_tokens_are_found_said_or_not(machine: Callable[[], Resource]) -> None:
    (said,) = messages(RULE, but(machine(), TOKENS, "optional"))
    assert "httpTokens is optional: set http_tokens to required" in said
    assert messages(RULE, lacking(machine(), *TOKENS)) == [said]
    assert messages(RULE, lacking(machine(), "metadataOptions")) == [said]


@pytest.mark.parametrize(
    "resource_type",
    ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", "aws:ec2/launchConfiguration:LaunchConfiguration"],
)
def test_every_other_kind_of_machine_is_judged(resource_type: str) -> None:
    assert len(messages(RULE, resource(resource_type, {}))) == 1


@pytest.mark.parametrize("path", [TOKENS, TOKENS[:1]])
def test_what_is_unknown_is_no_finding(path: tuple[str, ...]) -> None:
    assert messages(RULE, but(instance(), path, UNKNOWN)) == []


@pytest.mark.parametrize(("endpoint", "found"), [("disabled", 0), (UNKNOWN, 0), ("enabled", 1)])
def test_a_service_that_is_off_needs_no_tokens(endpoint: Any, found: int) -> None:
    machine = but(but(instance(), TOKENS, "optional"), ("metadataOptions", "httpEndpoint"), endpoint)
    assert len(messages(RULE, machine)) == found


def test_an_instance_from_a_template_is_judged_by_what_it_says_itself() -> None:
    templated = but(lacking(instance(), "metadataOptions"), ("launchTemplate",), {"id": "lt-1"})
    assert messages(RULE, templated) == []
    assert len(messages(RULE, but(templated, TOKENS[:1], {"httpTokens": "optional"}))) == 1
