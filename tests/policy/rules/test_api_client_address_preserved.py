"""Control planes that cannot call themselves."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.api_client_address_preserved import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

TARGETS = ("aws:lb/targetGroup:TargetGroup", "api")
KEY = "preserveClientIp"


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*TARGETS)) == []


@pytest.mark.parametrize(("value", "count"), [("true", 1), (True, 1), ("false", 0), (False, 0), (UNKNOWN, 0)])
def test_a_kept_address_is_found(value: Any, count: int) -> None:
    assert len(messages(RULE, but(one(*TARGETS), (KEY,), value))) == count


@pytest.mark.parametrize(("kind", "count"), [("ip", 0), ("instance", 1), (UNKNOWN, 0)])
def test_what_is_not_said_goes_by_the_kind_of_target(kind: Any, count: int) -> None:
    assert len(messages(RULE, but(lacking(one(*TARGETS), KEY), ("targetType",), kind))) == count
    assert len(messages(RULE, lacking(lacking(one(*TARGETS), KEY), "targetType"))) == 1


def test_others_are_none_of_its_business() -> None:
    assert messages(RULE, resource(TARGETS[0], {"port": 443, KEY: "true"})) == []
