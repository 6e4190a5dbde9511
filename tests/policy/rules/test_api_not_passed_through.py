"""Load balancers that come between the API and its clients."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.api_not_passed_through import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

LISTENER = ("aws:lb/listener:Listener", "api")
TARGETS = ("aws:lb/targetGroup:TargetGroup", "api")


@pytest.mark.parametrize("ours", [LISTENER, TARGETS])
def test_ours_is_no_finding(ours: tuple[str, str]) -> None:
    assert messages(RULE, one(*ours)) == []


@pytest.mark.parametrize("ours", [LISTENER, TARGETS])
@pytest.mark.parametrize(("key", "value"), [("protocol", "TLS"), ("protocol", "TCP_UDP"), ("port", 443)])
def test_another_protocol_or_port_is_found(ours: tuple[str, str], key: str, value: Any) -> None:
    (found,) = messages(RULE, but(one(*ours), (key,), value))
    assert f"{key} is {value}: set it to" in found


@pytest.mark.parametrize("ours", [LISTENER, TARGETS])
@pytest.mark.parametrize("key", ["protocol", "port"])
def test_what_is_missing_is_found_and_what_is_unknown_is_not(ours: tuple[str, str], key: str) -> None:
    assert len(messages(RULE, lacking(one(*ours), key))) == 1
    assert messages(RULE, but(one(*ours), (key,), UNKNOWN)) == []


def test_it_is_told_by_its_port_where_the_tag_is_missing() -> None:
    assert len(messages(RULE, but(lacking(one(*TARGETS), "tags"), ("protocol",), "TLS"))) == 1
    assert len(messages(RULE, but(but(one(*TARGETS), ("tags",), UNKNOWN), ("protocol",), "TLS"))) == 1


def test_others_are_none_of_its_business() -> None:
    assert messages(RULE, resource(LISTENER[0], {"protocol": "TLS", "port": 443})) == []
