"""Load balancers that a click can delete."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.load_balancer_unprotected import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages

BALANCER = ("aws:lb/loadBalancer:LoadBalancer", "api")
KEY = "enableDeletionProtection"


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*BALANCER)) == []


def test_one_without_protection_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*BALANCER), (KEY,), False))
    assert "hardway:deletion_protection" in found
    assert messages(RULE, lacking(one(*BALANCER), KEY)) == [found]


def test_what_is_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*BALANCER), (KEY,), UNKNOWN)) == []
