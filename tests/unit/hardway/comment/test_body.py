"""Whose comment it is, told by its first line alone."""

from __future__ import annotations

import pytest

from hardway.comment.body import LIMIT, Marker, compose, marker_of, room


def test_the_marker_is_the_first_line_and_hidden_in_markdown() -> None:
    text = compose("prod", 12, "\n# Report\n")
    assert text == "<!-- hardway: preview of prod, run 12 -->\n# Report\n"
    assert marker_of(text) == Marker("prod", 12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Report\n<!-- hardway: preview of prod, run 12 -->",
        " <!-- hardway: preview of prod, run 12 -->",
        "<!-- hardway: preview of prod, run 12 --> and more",
        "<!-- hardway: preview of prod, run x -->",
        "> <!-- hardway: preview of prod, run 12 -->",
    ],
)
def test_nothing_else_is_a_marker(text: str) -> None:
    assert marker_of(text) is None


def test_a_report_as_long_as_there_is_room_fits() -> None:
    assert len(compose("prod", 10**15, "x" * room("prod"))) == LIMIT
    with pytest.raises(ValueError, match="prod"):
        compose("prod", 10**15, "x" * (room("prod") + 1))
