"""One run of the engine, after its end."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardway.cli.engine_events import EngineProgress


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One run of the engine: how it ended and what it said."""

    exit_code: int
    events: Sequence[str]
    """The lines of its event log, but for those that only tell which rules were run."""
    progress: EngineProgress
    log: Path
    """The file with what it printed."""

    def last_lines(self, count: int = 12) -> str:
        """The end of what it printed."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return "\n  ".join(lines[-count:]) or "it said nothing"

    def explain(self, verb: str, stack: str) -> str:
        """What failed and why, for the operator."""
        reasons: Sequence[str] = self.progress.failures or [self.last_lines()]
        if self.exit_code < 0:
            ended = signal.Signals(-self.exit_code).name
            reasons = [
                f"it was ended by {ended}. Run the same command again: it finds what was in the works and goes on."
            ]
        shown = "\n  ".join(dict.fromkeys(reasons))
        return f"pulumi {verb} of stack {stack} failed:\n  {shown}\nEverything it said is in {self.log}."
