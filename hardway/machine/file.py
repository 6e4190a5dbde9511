"""One file of a machine: its text and its mode. The owner is always root."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file as a machine will hold it."""

    content: str
    mode: int = 0o644
