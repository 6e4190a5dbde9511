"""Fits blocks of text into a limit: the most important ones whole, others in short, none cut in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Text = Callable[[], str]


@dataclass(frozen=True)
class Block:
    """One resource or finding in its forms, the longest first."""

    forms: Sequence[Text]
    shown: Callable[[], None] = lambda: None
    """Called once the longest form is what is shown."""


@dataclass(frozen=True)
class Section:
    """Blocks under a title."""

    title: str
    blocks: Sequence[Block]
    importance: int
    """The least number is served first."""
    left_out: Callable[[int], str] = field(default=lambda count: f"… and {count} more.")
    """Says how many blocks there was no room for."""


def fit(head: str, sections: Sequence[Section], tail: str, limit: int) -> str:
    """`head`, the sections in their order and `tail`, in at most `limit` bytes.

    By importance, each section first gets the short forms of its blocks, then as many longer ones as there is room
    for; those leave room for the short forms of less important blocks, up to a third of what there is. Blocks for which
    there is no room are counted. Raises ValueError if head and tail alone are too long.
    """
    sections = [section for section in sections if section.blocks]
    frames = [section.title + section.left_out(len(section.blocks)) for section in sections]
    room = limit - sum(_size(each) + 2 * _GAP for each in (head, tail, *frames))
    if room < 0:
        raise ValueError(f"{limit} bytes are too few for a report")
    bodies: dict[int, list[str]] = {}
    order = sorted(range(len(sections)), key=lambda at: (sections[at].importance, at))
    shorts = [sum(_size(block.forms[-1]()) + _GAP for block in section.blocks) for section in sections]
    for place, at in enumerate(order):
        bodies[at], room = _fill(sections[at], room, sum(shorts[later] for later in order[place + 1 :]))
    parts = [head]
    for at, section in enumerate(sections):
        parts += [section.title, *bodies[at]]
    return "\n\n".join(part for part in [*parts, tail] if part) + "\n"


_GAP = len("\n\n")


def _fill(section: Section, room: int, wanted: int) -> tuple[list[str], int]:
    """The section's blocks as they fit, and the room that is left; `wanted` is what others would like to have."""
    chosen: list[str] = []
    for block in section.blocks:
        short = block.forms[-1]()
        if _size(short) + _GAP > room:
            break
        chosen.append(short)
        room -= _size(short) + _GAP
    reserved = min(wanted, room // 3)
    room -= reserved
    for at, block in enumerate(section.blocks[: len(chosen)]):
        for form in block.forms:
            text = form()
            if _size(text) - _size(chosen[at]) <= room:
                room -= _size(text) - _size(chosen[at])
                chosen[at] = text
                if form is block.forms[0]:
                    block.shown()
                break
    if missing := len(section.blocks) - len(chosen):
        # What is left, a shorter block of a less important section would fit into; it is not shown in place of these.
        return [*chosen, section.left_out(missing)], 0
    return chosen, room + reserved


def _size(text: str) -> int:
    return len(text.encode())
