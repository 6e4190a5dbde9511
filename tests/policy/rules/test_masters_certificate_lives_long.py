from __future__ import annotations

from typing import Any

import pytest

from policy.certificates import LOCALLY_SIGNED, REQUEST, SELF_SIGNED
from policy.resource import UNKNOWN
from policy.rule import Resource, Settings
from policy.rules.masters_certificate_lives_long import RULE
from tests.policy.resources import findings, resource


def pair(organization: Any, hours: Any = 8_760, pem: Any = UNKNOWN) -> list[Resource]:
    """A request and its certificate; in a preview only the engine knows that they belong together."""
    subject = {"commonName": "hardway:break-glass", "organization": organization}
    request = resource(REQUEST, {"subject": subject, "certRequestPem": pem}, name="request")
    certificate = resource(
        LOCALLY_SIGNED,
        {"validityPeriodHours": hours, "certRequestPem": pem},
        name="break-glass",
        property_dependencies={"certRequestPem": (request.urn,)} if pem is UNKNOWN else {},
    )
    other = resource(REQUEST, {"subject": {"organization": "system:nodes"}, "certRequestPem": "other"}, name="other")
    return [request, certificate, other]


@pytest.mark.parametrize("pem", [UNKNOWN, "-----BEGIN CERTIFICATE REQUEST-----"])
def test_a_long_life_in_the_group_is_found(pem: Any) -> None:
    (found,) = findings(RULE, *pair("system:masters", pem=pem))
    assert "break-glass is in system:masters and lives 8760 hours" in found.message
    assert found.urn is not None
    assert found.urn.endswith("::break-glass")


def test_a_short_one_and_other_groups_are_no_finding() -> None:
    assert findings(RULE, *pair("system:masters", hours=8)) == []
    assert findings(RULE, *pair("hardway:operators")) == []
    assert findings(RULE, *pair("system:masters", hours=8), settings=Settings(masters_max_hours=4))


def test_one_that_signs_itself_is_found() -> None:
    properties = {"subject": {"organization": "system:masters"}, "validityPeriodHours": 100}
    assert findings(RULE, resource(SELF_SIGNED, properties))


def test_what_is_missing_or_unknown_is_no_finding() -> None:
    assert findings(RULE, *pair(None)) == []
    assert findings(RULE, *pair(UNKNOWN)) == []
    assert findings(RULE, *pair("system:masters", hours=UNKNOWN)) == []
    request, certificate, _ = pair("system:masters")
    assert findings(RULE, certificate) == []
    assert findings(RULE, request) == []
