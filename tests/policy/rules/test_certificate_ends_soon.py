from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policy.certificates import LOCALLY_SIGNED
from policy.resource import UNKNOWN
from policy.rule import Finding, Settings
from policy.rules.certificate_ends_soon import RULE
from tests.policy.resources import findings, resource

END = "2027-11-21T14:00:00Z"


def found_on(day: date, *, hours: Any = 8_760, end: Any = END, **settings: Any) -> list[Finding]:
    judged = resource(LOCALLY_SIGNED, {"validityPeriodHours": hours, "validityEndTime": end}, name="etcd-server")
    return findings(RULE, judged, settings=Settings(today=day, **settings))


def test_a_month_before_its_end_is_no_finding_and_a_day_less_is() -> None:
    assert found_on(date(2027, 10, 22)) == []
    (found,) = found_on(date(2027, 10, 23))
    assert "etcd-server ends in 29 days" in found.message
    assert "hardway:pki.epochs" in found.message


def test_after_its_end_it_is_found_still() -> None:
    (found,) = found_on(date(2027, 11, 28))
    assert "past its end for 7 days" in found.message


def test_the_notice_can_be_configured() -> None:
    assert found_on(date(2027, 9, 1), renewal_notice_days=90)
    assert found_on(date(2027, 11, 1), renewal_notice_days=7) == []


def test_what_lives_for_hours_is_left_alone() -> None:
    assert found_on(date(2027, 11, 30), hours=8) == []


@pytest.mark.parametrize("change", [{"end": UNKNOWN}, {"end": None}, {"hours": UNKNOWN}, {"hours": None}])
def test_what_is_missing_or_unknown_is_no_finding(change: dict[str, Any]) -> None:
    assert found_on(date(2027, 11, 30), **change) == []


def test_other_resources_are_left_alone() -> None:
    other = resource("example:index:Thing", {"validityPeriodHours": 8_760, "validityEndTime": END})
    assert findings(RULE, other, settings=Settings(today=date(2028, 1, 1))) == []
