"""Local commands in a rehearsal. Their life cycle is tested with the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.plugins.command import CommandProvider, LocalCommand
from sandbox.plugins.rehearsal import VARIABLE


@pytest.mark.parametrize(("rehearsal", "run"), [("true", False), ("", True)])
def test_a_rehearsal_runs_no_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rehearsal: str, run: bool
) -> None:
    monkeypatch.setenv(VARIABLE, rehearsal)
    command = LocalCommand(CommandProvider())
    _, outputs = command.create({"create": f"touch {tmp_path}/done; echo said"})
    assert (tmp_path / "done").exists() == run
    assert outputs["stdout"] == ("said" if run else "")
