"""What is said of a run of the engine that failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardway.cli.engine_events import EngineProgress
from hardway.cli.recording import Recording


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "dev-up.log"
    path.write_text("first\n\nlast\n")
    return path


def recording(log: Path, exit_code: int, *failures: str) -> Recording:
    return Recording(exit_code=exit_code, events=(), progress=EngineProgress(failures=list(failures)), log=log)


def test_what_failed_is_said_once_and_where_the_rest_is(log: Path) -> None:
    said = recording(log, 1, "vpc: no", "vpc: no", "subnet: no").explain("up", "dev")
    assert said == f"pulumi up of stack dev failed:\n  vpc: no\n  subnet: no\nEverything it said is in {log}."


def test_without_a_failure_the_last_lines_tell(log: Path) -> None:
    assert "failed:\n  first\n  last\n" in recording(log, 255).explain("up", "dev")
    log.write_text("\n")
    assert "failed:\n  it said nothing\n" in recording(log, 255).explain("up", "dev")


def test_an_engine_that_was_ended_is_to_be_run_again(log: Path) -> None:
    said = recording(log, -9, "vpc: no").explain("up", "dev")
    assert "ended by SIGKILL. Run the same command again" in said
    assert "vpc: no" not in said
