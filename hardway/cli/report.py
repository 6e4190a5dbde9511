"""Says what goes on while a long command runs: live on a terminal, as plain lines elsewhere. Always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_PLAIN_INTERVAL_SECONDS = 10.0


class Phase:
    """One stretch of work with a title."""

    def __init__(self, title: str, live: Any | None) -> None:
        self.title = title
        self.started = time.monotonic()
        self._live = live
        self._said = self.started

    @property
    def seconds(self) -> float:
        """How long it has run so far."""
        return time.monotonic() - self.started

    def say(self, headline: str, details: Sequence[str] = ()) -> None:
        """Show where the work stands; without a terminal at most one line every ten seconds."""
        if self._live is not None:
            self._live.show(self, headline, details)
        elif time.monotonic() - self._said >= _PLAIN_INTERVAL_SECONDS:
            self._said = time.monotonic()
            print(f"{self.title}: {self.seconds:.0f} s, {headline}", file=sys.stderr, flush=True)


class Report:
    """Collects the seconds of each phase and shows the one that runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.started = time.monotonic()
        self._live = _LiveDisplay() if sys.stderr.isatty() else None

    @contextmanager
    def phase(self, title: str) -> Iterator[Phase]:
        """Run a block as one phase; its duration is kept under its title."""
        phase = Phase(title, self._live)
        if self._live is not None:
            self._live.start(phase)
        done = False
        try:
            yield phase
            done = True
        finally:
            self.seconds[title] = round(self.seconds.get(title, 0.0) + phase.seconds, 1)
            if self._live is not None:
                self._live.stop()
            mark = "done" if done else "failed"
            self.note(f"{title}: {mark} after {phase.seconds:.1f} s")

    @property
    def total_seconds(self) -> float:
        """Seconds since the command began."""
        return round(time.monotonic() - self.started, 1)

    def note(self, text: str) -> None:
        """Print one lasting line."""
        print(text, file=sys.stderr, flush=True)


class _LiveDisplay:
    """A spinner with a headline and lines of detail under it."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._live: Any | None = None

    def start(self, phase: Phase) -> None:
        from rich.live import Live

        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._live.start()
        self.show(phase, "", ())

    def show(self, phase: Phase, headline: str, details: Sequence[str]) -> None:
        from rich.console import Group
        from rich.spinner import Spinner
        from rich.text import Text

        if self._live is None:
            return
        head = Spinner("dots", Text(f"{phase.title}  {phase.seconds:.0f} s  {headline}"))
        room = max(self._console.height - 3, 3)
        self._live.update(Group(head, *(Text(f"  {line}", style="dim") for line in list(details)[:room])))

    def stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
