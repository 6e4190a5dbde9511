"""The checker finds what a store must not do, and calls nothing wrong that is right."""

from __future__ import annotations

import pytest

from bench.append_history import Attempt, Found, faults, longest_gap, longest_write


def attempt(entry: str, began: float, ended: float, revision: int | None, write: int = 0) -> Attempt:
    problem = "" if revision else "no answer"
    return Attempt(write=write, entry=entry, began=began, ended=ended, revision=revision, problem=problem)


ACKNOWLEDGED = attempt("a", 0.0, 0.1, 5)
UNANSWERED = attempt("b", 0.2, 2.2, None)
HELD = Found(entry="a", revision=5)


@pytest.mark.parametrize("took_effect", [[], [Found(entry="b", revision=6)]])
def test_a_write_without_an_answer_may_have_taken_effect_or_not(took_effect: list[Found]) -> None:
    assert faults([ACKNOWLEDGED, UNANSWERED], [HELD, *took_effect]) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ([], "a was acknowledged at 5 and is lost"),
        ([Found(entry="a", revision=7)], "a was acknowledged at 5 and is at 7"),
        ([HELD, Found(entry="a", revision=6)], "a is in the store 2 times, at [5, 6]"),
        (
            [HELD, Found(entry="b", revision=6), Found(entry="b", revision=7)],
            "b is in the store 2 times, at [6, 7]",
        ),
        ([HELD, Found(entry="z", revision=9)], "z is in the store, but was never sent"),
    ],
)
def test_what_is_lost_altered_doubled_or_alien_is_found(found: list[Found], fault: str) -> None:
    assert faults([ACKNOWLEDGED, UNANSWERED], found) == [fault]


def test_who_begins_after_an_acknowledgement_comes_after_it() -> None:
    late = attempt("c", 0.2, 0.3, 4)
    found = [HELD, Found(entry="c", revision=4)]
    assert faults([ACKNOWLEDGED, late], found) == ["c is at 4, though 5 was acknowledged before it began"]
    at_the_same_time = attempt("c", 0.05, 0.3, 4)
    assert faults([ACKNOWLEDGED, at_the_same_time], found) == []


def test_the_gap_is_between_acknowledgements_and_the_wait_from_the_first_attempt() -> None:
    attempts = [
        attempt("a", 0.0, 1.0, 1),
        attempt("b", 1.1, 3.1, None, write=1),
        attempt("b2", 3.2, 3.5, 2, write=1),
        attempt("c", 3.4, 3.6, 3, write=2),
    ]
    assert longest_gap(attempts, since=1.5) == 2.5
    assert longest_gap(attempts, since=3.55) == pytest.approx(0.1)
    assert longest_write(attempts) == pytest.approx(2.4)
    with pytest.raises(ValueError, match="nothing was acknowledged any more"):
        longest_gap(attempts, since=4.0)
