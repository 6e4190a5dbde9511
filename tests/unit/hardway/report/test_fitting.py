from __future__ import annotations

import pytest

from hardway.report.fitting import Block, Section, fit


def block(name: str, sizes: tuple[int, ...], shown: list[str] | None = None) -> Block:
    def remember() -> None:
        if shown is not None:
            shown.append(name)

    return Block([lambda size=size: f"{name}:{size}".ljust(size, "x") for size in sizes], remember)  # type: ignore[misc]


def names(text: str) -> list[str]:
    return [part.rstrip("x") for part in text.rstrip("\n").split("\n\n")]


def test_everything_is_whole_if_there_is_room() -> None:
    sections = [Section("A", [block("a", (100, 10))], 1), Section("B", [block("b", (50, 10))], 0)]
    assert names(fit("head", sections, "tail", 1000)) == ["head", "A", "a:100", "B", "b:50", "tail"]


def test_the_most_important_section_is_whole_first_wherever_it_stands() -> None:
    sections = [Section("A", [block("a", (200, 10))], 1), Section("B", [block("b", (200, 10))], 0)]
    assert names(fit("", sections, "", 310)) == ["A", "a:10", "B", "b:200"]


def test_important_blocks_are_all_kept_before_others_are_shown_at_all() -> None:
    many = [block(f"a{number}", (30,)) for number in range(5)]
    text = fit("", [Section("A", many, 0), Section("B", [block("b", (30,))], 1)], "", 230)
    assert "a4:30" in text
    assert "b:30" not in text
    assert "… and 1 more." in text


def test_longer_forms_leave_room_for_short_forms_of_others() -> None:
    sections = [Section("A", [block("a", (240, 10))], 0), Section("B", [block("b", (40, 20))], 1)]
    assert names(fit("", sections, "", 300)) == ["A", "a:10", "B", "b:40"]


@pytest.mark.parametrize("limit", range(80, 1200, 17))
def test_the_limit_holds_and_no_block_is_cut(limit: int) -> None:
    sections = [
        Section(f"S{each}", [block(f"é{each}{number}", (90, 40, 15)) for number in range(4)], each) for each in range(3)
    ]
    text = fit("head", sections, "tail", limit) if limit > 160 else ""
    assert len(text.encode()) <= limit
    for part in text.rstrip("\n").split("\n\n"):
        if ":" in part:
            assert len(part) == int(part.split(":")[1].rstrip("x"))
    assert text == "" or text.endswith("tail\n")


def test_what_was_left_out_is_counted() -> None:
    section = Section("A", [block(f"a{number}", (50,)) for number in range(9)], 0, lambda count: f"{count} missing")
    text = fit("", [section], "", 200)
    shown = text.count(":50")
    assert 0 < shown < 9
    assert f"{9 - shown} missing" in text


def test_only_the_longest_form_counts_as_shown() -> None:
    shown: list[str] = []
    blocks = [block("a", (100, 10), shown), block("b", (100, 10), shown), block("c", (10,), shown)]
    fit("", [Section("A", blocks, 0)], "", 180)
    assert shown == ["a", "c"]


def test_a_limit_below_the_frame_is_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        fit("head" * 100, [], "", 100)
