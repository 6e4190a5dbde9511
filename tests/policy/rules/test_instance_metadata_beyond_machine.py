"""Machines whose credentials pods can reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.instance_metadata_beyond_machine import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import MACHINES, instance
from tests.policy.resources import messages

LIMIT = ("metadataOptions", "httpPutResponseHopLimit")


@pytest.mark.parametrize("machine", MACHINES)
def test_our_machines_are_no_finding(machine: Callable[[], Resource]) -> None:
    assert messages(RULE, machine()) == []


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("limit", [2, 64])
def test_a_second_hop_is_found(machine: Callable[[], Resource], limit: int) -> None:
    (found,) = messages(RULE, but(machine(), LIMIT, limit))
    assert f"is {limit}: set http_put_response_hop_limit to 1" in found


@pytest.mark.parametrize("path", [LIMIT, LIMIT[:1]])
def test_a_limit_that_is_not_said_is_found_as_an_image_may_raise_it(path: tuple[str, ...]) -> None:
    (found,) = messages(RULE, lacking(instance(), *path))
    assert "the image's choice" in found


@pytest.mark.parametrize("path", [LIMIT, LIMIT[:1]])
def test_what_is_unknown_is_no_finding(path: tuple[str, ...]) -> None:
    assert messages(RULE, but(instance(), path, UNKNOWN)) == []


@pytest.mark.parametrize(("endpoint", "found"), [("disabled", 0), ("enabled", 1)])
def test_a_service_that_is_off_has_no_hops(endpoint: Any, found: int) -> None:
    machine = but(but(instance(), LIMIT, 2), ("metadataOptions", "httpEndpoint"), endpoint)
    assert len(messages(RULE, machine)) == found


def test_an_instance_from_a_template_is_judged_by_what_it_says_itself() -> None:
    templated = but(lacking(instance(), "metadataOptions"), ("launchTemplate",), {"id": "lt-1"})
    assert messages(RULE, templated) == []
