"""Load balancers that keep to one zone each."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.api_balanced_within_zones import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

OURS = ("aws:lb/loadBalancer:LoadBalancer", "api")
KEY = "enableCrossZoneLoadBalancing"


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*OURS)) == []


def test_the_other_way_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*OURS), (KEY,), False))
    assert "enable_cross_zone_load_balancing=True" in found
    assert messages(RULE, lacking(one(*OURS), KEY)) == [found]


def test_what_is_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*OURS), (KEY,), UNKNOWN)) == []


def test_others_are_none_of_its_business() -> None:
    assert messages(RULE, resource(OURS[0], {"tags": {"hardway:role": "web"}})) == []
