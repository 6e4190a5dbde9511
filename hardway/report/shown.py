"""Remembers what a report has shown, so that the same difference on three machines is shown once."""

from __future__ import annotations

from collections.abc import Iterable

from hardway.report.model import FileChange, ResourceChange
from hardway.report.wording import label, visible


class Shown:
    """Remembers which differences a report has shown, so that the same one on three machines is shown once.

    Only changed lines are compared, not what is around them: each machine's file holds its own address.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[object, ...], str] = {}

    def split(self, files: Iterable[FileChange]) -> tuple[list[FileChange], dict[str, list[str]]]:
        """The differences that were not shown yet, and the paths of the others by where they were shown."""
        fresh: list[FileChange] = []
        others: dict[str, list[str]] = {}
        for file in files:
            first = self._first.get(self._key(file))
            if first is None:
                fresh.append(file)
            else:
                others.setdefault(first, []).append(visible(file.path))
        return fresh, others

    def remember(self, change: ResourceChange) -> None:
        """Everything inside of that change is shown from now on."""
        for each in change.properties:
            for file in each.files:
                self._first.setdefault(self._key(file), label(change.urn))

    @staticmethod
    def _key(file: FileChange) -> tuple[object, ...]:
        # Where no line is shown, only what is said in their place can tell two differences apart.
        return file.path, file.mode, tuple(line for line in file.lines if line[:1] in "+-") or file.lines
