from __future__ import annotations

from datetime import date

import pytest

from hardway.config.support import END_OF_LIFE, MINIMUMS, end_of_life, minimum_for
from hardway.config.versions import Versions


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("2.3.5", None),
        ("2.3.4", "2.3.5"),
        ("2.2.5", None),
        ("2.2.4", "2.2.5"),
        ("2.1.99", "2.2.5"),  # older than every line
        ("1.7.33", "2.2.5"),
        ("2.4.0", None),  # newer than every line
        ("2.10.0", None),
    ],
)
def test_a_version_is_judged_by_its_own_minor(version: str, line: str | None) -> None:
    found = minimum_for("containerd", version)
    assert (found.version if found else None) == line


def test_what_has_no_line_has_no_minimum() -> None:
    assert minimum_for("unknown", "0.0.1") is None


def test_the_last_day_goes_by_the_minor() -> None:
    assert end_of_life("containerd", "2.3.5") == date(2028, 4, 30)
    assert end_of_life("containerd", "3.0.0") is None
    assert end_of_life("runc", "1.5.2") is None


def test_every_line_is_about_a_version_that_stack_files_have() -> None:
    assert {line.component for line in MINIMUMS} == set(Versions.model_fields)
    assert END_OF_LIFE.keys() <= set(Versions.model_fields)
    assert len({(line.component, line.minor) for line in MINIMUMS}) == len(MINIMUMS)
    for line in MINIMUMS:
        assert line.source.startswith("https://")
        assert line.holes
