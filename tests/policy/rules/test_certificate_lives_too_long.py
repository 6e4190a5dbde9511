from __future__ import annotations

from typing import Any

import pytest

from policy.certificates import LOCALLY_SIGNED, SELF_SIGNED
from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.certificate_lives_too_long import RULE
from tests.policy.resources import messages, resource, without

LEAF = {"validityPeriodHours": 8_760, "isCaCertificate": False, "allowedUses": ["digital_signature", "client_auth"]}
AUTHORITY = {"validityPeriodHours": 87_600, "isCaCertificate": True, "allowedUses": ["cert_signing"]}


def test_a_year_and_ten_years_are_no_finding() -> None:
    assert messages(RULE, resource(LOCALLY_SIGNED, LEAF)) == []
    assert messages(RULE, resource(SELF_SIGNED, AUTHORITY)) == []


@pytest.mark.parametrize(("resource_type", "properties"), [(LOCALLY_SIGNED, LEAF), (SELF_SIGNED, AUTHORITY)])
def test_more_is_found_with_the_key(resource_type: str, properties: dict[str, Any]) -> None:
    longer = {**properties, "validityPeriodHours": properties["validityPeriodHours"] + 25}
    (message,) = messages(RULE, resource(resource_type, longer))
    assert str(longer["validityPeriodHours"]) in message
    assert "hardway:pki." in message


def test_an_authority_is_one_by_its_flag_only() -> None:
    (message,) = messages(RULE, resource(SELF_SIGNED, without(AUTHORITY, "isCaCertificate")))
    assert "leaf_hours" in message


def test_limits_can_be_configured() -> None:
    assert messages(RULE, resource(LOCALLY_SIGNED, LEAF), Settings(leaf_max_hours=24))
    assert messages(RULE, resource(SELF_SIGNED, AUTHORITY), Settings(authority_max_hours=24))


def test_what_is_missing_or_unknown_is_no_finding() -> None:
    for key in ("validityPeriodHours", "isCaCertificate"):
        long = {**AUTHORITY, "validityPeriodHours": 1_000_000, key: UNKNOWN}
        assert messages(RULE, resource(SELF_SIGNED, long)) == []
    assert messages(RULE, resource(LOCALLY_SIGNED, without(LEAF, "validityPeriodHours"))) == []
