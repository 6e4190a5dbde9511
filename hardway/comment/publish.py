"""Puts a report where it belongs: after it, the pull request has exactly one comment of ours for the environment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Literal

from hardway.comment.body import compose, marker_of
from hardway.comment.forge import Comment, Forge, ForgeError, Unanswered

Outcome = Literal["created", "updated", "unchanged", "overtaken"]
"""`overtaken`: a newer run has written already, and its report stays."""

ROUNDS: Final = 6


def publish(
    forge: Forge,
    *,
    pull: int,
    environment: str,
    run: int,
    report: str,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """What became of the environment's comment on that pull request.

    Two runs may do this at once, and an answer may be lost on its way: so each creation is followed by a look, the
    oldest of several comments stays, and the others go. Comments of other authors are never touched: a marker is text
    that anybody can write.
    """
    text = compose(environment, run, report)
    me = forge.whoami()
    created = False
    for attempt in range(ROUNDS):
        ours = _ours(forge.comments(pull), me, environment)
        if not ours:
            created = True
            try:
                forge.create(pull, text)
            except Unanswered:
                sleep(2.0**attempt)
            continue
        outcome = _settle(forge, ours, text, run)
        if outcome is not None:
            return "created" if created and outcome in ("unchanged", "updated") else outcome
    raise ForgeError(f"the comment of {environment} on pull request {pull} was not there in {ROUNDS} looks at it.")


def _ours(comments: list[Comment], me: str, environment: str) -> list[Comment]:
    found = []
    for comment in comments:
        marker = marker_of(comment.body)
        if comment.author == me and marker is not None and marker.environment == environment:
            found.append(comment)
    return found


def _settle(forge: Forge, ours: list[Comment], text: str, run: int) -> Outcome | None:
    """One comment with the newest text is left; None if somebody took that one away meanwhile."""
    kept, *others = ours
    newest = max(ours, key=lambda comment: _run(comment))
    overtaken = _run(newest) > run
    if overtaken:
        text = newest.body
    outcome: Outcome = "overtaken" if overtaken else "unchanged"
    if kept.body.replace("\r\n", "\n").rstrip() != text.replace("\r\n", "\n").rstrip():
        if not forge.edit(kept.id, text):
            return None
        outcome = "overtaken" if overtaken else "updated"
    for other in others:
        forge.delete(other.id)
    return outcome


def _run(comment: Comment) -> int:
    marker = marker_of(comment.body)
    return marker.run if marker else 0
