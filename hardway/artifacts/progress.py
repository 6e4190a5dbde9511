"""How long work is told to whoever shows it. Nothing in this package prints."""

from __future__ import annotations

from typing import Literal, Protocol

Phase = Literal["download", "build", "compress", "done"]


class Progress(Protocol):
    """Called when a phase of one artifact (or of one source that yields several) begins."""

    def __call__(self, name: str, phase: Phase, estimate_seconds: float) -> None:
        """`estimate_seconds` is for two cores and an empty compiler cache; 0 means a moment."""


def silent(name: str, phase: Phase, estimate_seconds: float) -> None:
    """Progress for callers that show none."""
