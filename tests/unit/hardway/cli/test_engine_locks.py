"""What becomes of an engine that finds its stack locked or is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardway.cli.engine import Stack
from hardway.cli.failure import Failure, Refused


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack whose engine is a script of the test."""
    variables = {"PULUMI_BACKEND_URL": f"file://{tmp_path}/state"}
    return Stack(name="sandbox", binary=tmp_path / "pulumi", variables=variables, logs=tmp_path / "logs")


def engine(stack: Stack, script: str) -> None:
    stack.binary.write_text(f"#!/bin/bash\n{script}\n")
    stack.binary.chmod(0o755)


def locked(stack: Stack, pid: int, host: str) -> None:
    """An engine that stops at a lock until it is told to cancel."""
    told = f"{stack.binary.parent}/told"
    engine(
        stack,
        f"""echo "$*" >> {told}
        [[ $* == *cancel* ]] && touch {told}.free
        [[ -e {told}.free ]] && exit 0
        echo "error: the stack is currently locked by 1 lock(s). Either wait" >&2
        echo "  file:///s/1.json: created by root@{host} (pid {pid}) at 2026-11-21T19:00:00Z" >&2
        exit 255""",
    )


def ended() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("quick", [True, False])
def test_a_lock_that_its_process_left_behind_is_freed(stack: Stack, quick: bool) -> None:
    locked(stack, ended(), socket.gethostname())
    if quick:
        stack.output("stack", "import")
    else:
        stack.run("up")
    told = (stack.binary.parent / "told").read_text().splitlines()
    assert ["cancel --yes --stack sandbox" in line for line in told] == [False, True, False]


def test_a_lock_of_another_computer_is_respected(stack: Stack) -> None:
    locked(stack, ended(), "elsewhere")
    with pytest.raises(Refused, match=r"is being changed already, by process .* of root on elsewhere"):
        stack.run("up")
    assert "cancel" not in (stack.binary.parent / "told").read_text()


def test_a_killed_engine_says_that_the_next_run_goes_on(stack: Stack) -> None:
    engine(stack, "kill -KILL $$")
    with pytest.raises(Failure, match=r"ended by SIGKILL\. Run the same command again"):
        stack.run("up")


def test_the_engine_is_interrupted_when_its_command_is_killed(stack: Stack, tmp_path: Path) -> None:
    engine(
        stack, f"trap 'echo saved > {tmp_path}/end; exit 1' INT; touch {tmp_path}/begun; while :; do sleep 0.05; done"
    )
    program = f"""
from pathlib import Path
from hardway.cli.engine import Stack
Stack(name="sandbox", binary=Path({str(stack.binary)!r}), variables={{}}, logs=Path({str(stack.logs)!r})).run("up")
"""
    root = str(Path(__file__).parents[4])
    command = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": root})
    _wait_for(tmp_path / "begun")
    command.send_signal(signal.SIGKILL)
    command.wait()
    _wait_for(tmp_path / "end")


def test_a_state_is_given_back_as_a_file_that_nobody_else_reads(stack: Stack) -> None:
    engine(stack, 'cp -p "${@: -2:1}" "$0.taken"')
    stack.take_back({"version": 3, "deployment": {"resources": []}})
    taken = Path(f"{stack.binary}.taken")
    assert json.loads(taken.read_text())["version"] == 3
    assert taken.stat().st_mode & 0o077 == 0
    assert list(stack.logs.iterdir()) == []


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)
