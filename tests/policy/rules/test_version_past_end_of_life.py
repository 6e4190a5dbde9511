from __future__ import annotations

from datetime import date

import pytest

from policy.rule import Finding, Settings
from policy.rules.version_past_end_of_life import RULE
from tests.policy.resources import findings
from tests.policy.rules.test_version_below_minimum import VERSIONS


def found_on(day: date, **changes: str) -> list[Finding]:
    configuration = {"hardway:versions": {**VERSIONS, **changes}}
    return findings(RULE, settings=Settings(configuration=configuration, today=day))


def test_versions_that_are_kept_alive_are_no_finding() -> None:
    assert found_on(date(2026, 11, 21)) == []


@pytest.mark.parametrize(
    ("component", "version", "last_day"),
    [
        ("kubernetes", "1.36.3", date(2027, 6, 28)),
        ("kubernetes", "1.34.9", date(2026, 10, 27)),
        ("containerd", "2.2.7", date(2026, 11, 6)),
    ],
)
def test_the_day_after_the_last_one_is_found(component: str, version: str, last_day: date) -> None:
    assert found_on(last_day, **{component: version}) == []
    (found,) = found_on(date.fromordinal(last_day.toordinal() + 1), **{component: version})
    assert f"hardway:versions.{component} {version}" in found.message
    assert str(last_day) in found.message


def test_what_nobody_ends_and_stacks_without_versions_are_no_finding() -> None:
    assert found_on(date(2026, 11, 21), kubernetes="1.99.0", runc="1.0.0") == []
    assert findings(RULE, settings=Settings(configuration={}, today=date(2040, 1, 1))) == []
