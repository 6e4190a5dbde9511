"""Load balancers on the Internet."""

from __future__ import annotations

import pytest

from policy.resource import UNKNOWN
from policy.rules.load_balancer_public import RULE, TYPES
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages, resource

BALANCER = ("aws:lb/loadBalancer:LoadBalancer", "api")


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*BALANCER)) == []


def test_a_public_one_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*BALANCER), ("internal",), False))
    assert "set internal=True" in found
    assert messages(RULE, lacking(one(*BALANCER), "internal")) == [found]


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_kind_is_judged(resource_type: str) -> None:
    assert len(messages(RULE, resource(resource_type, {}))) == 1


def test_what_is_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*BALANCER), ("internal",), UNKNOWN)) == []
