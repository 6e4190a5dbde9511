"""API targets that leave with their machines."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.api_targets_not_addresses import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

OURS = ("aws:lb/targetGroup:TargetGroup", "api")
KEY = "targetType"


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*OURS)) == []


def test_the_other_way_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*OURS), (KEY,), "instance"))
    assert "target_type to ip" in found
    assert messages(RULE, lacking(one(*OURS), KEY)) == [found]


def test_what_is_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*OURS), (KEY,), UNKNOWN)) == []


def test_others_are_none_of_its_business() -> None:
    assert messages(RULE, resource(OURS[0], {"port": 443})) == []
