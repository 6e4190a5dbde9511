"""What a client saw of a store to which it appended, and what must hold of it when the store is read afterwards.

Each attempt appends an entry of its own, so that whatever is found twice was written twice by the store. An attempt
without an acknowledgement may have taken effect or not: both are right, twice is not.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One entry that was sent. Times are seconds of the monotonic clock."""

    write: int
    """Number of the write that this is an attempt at."""
    entry: str
    began: float
    ended: float
    revision: int | None
    """The store's revision with the entry in it, if it acknowledged one."""
    problem: str = ""
    """Why there is no acknowledgement."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry that the store holds when it is read at the end."""

    entry: str
    revision: int


def faults(attempts: Sequence[Attempt], found: Iterable[Found]) -> list[str]:
    """One line for each entry that is not as it must be.

    That is each acknowledged one that is lost or altered, each that is there twice or was never sent, and each that
    comes before one that had been acknowledged when it was sent.
    """
    sent = {attempt.entry: attempt for attempt in attempts}
    revisions: dict[str, list[int]] = defaultdict(list)
    for one in found:
        revisions[one.entry].append(one.revision)
    wrong = [f"{entry} is in the store, but was never sent" for entry in sorted(revisions.keys() - sent.keys())]
    for entry, attempt in sent.items():
        held = revisions.get(entry, [])
        if len(held) > 1:
            wrong.append(f"{entry} is in the store {len(held)} times, at {held}")
        elif attempt.revision is not None and held != [attempt.revision]:
            place = f"is at {held[0]}" if held else "is lost"
            wrong.append(f"{entry} was acknowledged at {attempt.revision} and {place}")
    return wrong + _out_of_order(attempts)


def _out_of_order(attempts: Sequence[Attempt]) -> list[str]:
    """Who starts after another's acknowledgement must not come before it, whichever server each of them asked."""
    acknowledged = sorted(
        (one.began, one.ended, one.revision, one.entry) for one in attempts if one.revision is not None
    )
    wrong: list[str] = []
    under_way: list[tuple[float, int]] = []
    newest = 0
    for began, ended, revision, entry in acknowledged:
        while under_way and under_way[0][0] < began:
            newest = max(newest, heapq.heappop(under_way)[1])
        if revision <= newest:
            wrong.append(f"{entry} is at {revision}, though {newest} was acknowledged before it began")
        heapq.heappush(under_way, (ended, revision))
    return wrong


def longest_gap(attempts: Sequence[Attempt], since: float) -> float:
    """Seconds of the longest time without an acknowledgement that ended after `since`."""
    moments = sorted(attempt.ended for attempt in attempts if attempt.revision is not None)
    gaps = [later - earlier for earlier, later in pairwise(moments) if later > since]
    if not gaps:
        raise ValueError("nothing was acknowledged any more")
    return max(gaps)


def longest_write(attempts: Sequence[Attempt]) -> float:
    """Seconds from a write's first attempt to its acknowledgement, at the most."""
    began: dict[int, float] = {}
    longest = 0.0
    for attempt in sorted(attempts, key=lambda one: one.began):
        began.setdefault(attempt.write, attempt.began)
        if attempt.revision is not None:
            longest = max(longest, attempt.ended - began[attempt.write])
    return longest
