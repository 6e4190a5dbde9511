"""The text of a comment: what says whose it is, hidden from readers, and the report under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 65_536
"""Characters that GitHub takes: https://github.com/pulumi/actions/issues/1387. Gitea takes more."""

_MARKER: Final = re.compile(r"<!-- hardway: preview of (?P<environment>[a-z0-9-]+), run (?P<run>\d+) -->")


@dataclass(frozen=True)
class Marker:
    """The first line of a comment of ours."""

    environment: str
    run: int
    """The CI run that wrote it. Runs count upwards, so an old run that ends late sees that it is."""

    def __str__(self) -> str:
        """As it stands in the comment, where Markdown does not show it."""
        return f"<!-- hardway: preview of {self.environment}, run {self.run} -->"


def compose(environment: str, run: int, report: str) -> str:
    """A comment's whole text. ValueError if it is longer than forges take: a report is cut by whoever makes it."""
    text = f"{Marker(environment, run)}\n{report.strip()}\n"
    if len(text) > LIMIT:
        raise ValueError(
            f"the report of {environment} has {len(report)} characters, and a comment holds {room(environment)}"
        )
    return text


def room(environment: str) -> int:
    """Characters that a report of that environment may have."""
    return LIMIT - len(str(Marker(environment, 10**15))) - 2


def marker_of(text: str) -> Marker | None:
    """The marker, if the first line is one and nothing else: `prod` is not `prod-eu`, and a quoted marker is none."""
    found = _MARKER.fullmatch(text.split("\n", 1)[0].rstrip("\r"))
    return Marker(found["environment"], int(found["run"])) if found else None
