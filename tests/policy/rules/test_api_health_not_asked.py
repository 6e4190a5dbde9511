"""API servers that get requests without having been asked."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.api_health_not_asked import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

TARGETS = ("aws:lb/targetGroup:TargetGroup", "api")


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*TARGETS)) == []


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [
        ("protocol", "TCP", 1),
        ("protocol", "HTTP", 1),
        ("protocol", None, 1),
        ("path", "/healthz", 1),
        ("path", None, 1),
        ("port", "443", 1),
        ("port", "traffic-port", 0),
        ("port", 6443, 0),
        ("port", None, 0),
        ("protocol", UNKNOWN, 0),
        ("path", UNKNOWN, 0),
        ("port", UNKNOWN, 0),
    ],
)
def test_each_part_of_the_question_counts(key: str, value: Any, count: int) -> None:
    found = messages(RULE, but(one(*TARGETS), ("healthCheck", key), value))
    assert len(found) == count
    assert all(f"healthCheck.{key}" in message for message in found)


def test_the_providers_own_check_is_found_and_an_unknown_one_is_not() -> None:
    assert len(messages(RULE, lacking(one(*TARGETS), "healthCheck"))) == 2
    assert messages(RULE, but(one(*TARGETS), ("healthCheck",), UNKNOWN)) == []


def test_others_are_none_of_its_business() -> None:
    assert messages(RULE, resource(TARGETS[0], {"port": 443})) == []
