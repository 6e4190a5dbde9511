from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from hardway.recovery.locks import Lock, held_by, locks_in

HERE = socket.gethostname()
SAID = f"""error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete \
the lock file with `pulumi cancel`.
  file:///state/.pulumi/locks/organization/hardway/dev/1.json: created by root@{HERE} (pid 7) at 2026-11-21T19:00:00Z
  s3://state/.pulumi/locks/organization/hardway/dev/2.json: created by Jo Doe@runner-1 (pid 12) at 2026-11-21T19:01:00Z
"""


def lock(pid: int, host: str = HERE) -> Lock:
    return Lock("file:///state/lock.json", "root", host, pid, "2026-11-21T19:00:00Z")


def ended() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_locks_are_read_from_what_the_engine_says() -> None:
    mine, other = locks_in(SAID)
    assert (mine.user, mine.host, mine.pid, mine.since) == ("root", HERE, 7, "2026-11-21T19:00:00Z")
    assert (other.user, other.host, other.pid) == ("Jo Doe", "runner-1", 12)
    assert locks_in("error: update failed\n  file:///a: created by root@a (pid 7) at now") == []


def test_a_lock_is_stale_once_its_process_here_has_ended() -> None:
    assert lock(ended()).is_stale


def test_nobody_knows_of_processes_elsewhere() -> None:
    assert not lock(ended(), "elsewhere").is_stale


def test_a_number_that_another_program_got_holds_no_lock() -> None:
    assert lock(os.getpid()).is_stale


def test_an_engine_that_runs_holds_its_lock(tmp_path: Path) -> None:
    engine = tmp_path / "pulumi"
    engine.write_text("#!/bin/sh\necho runs\nread until_it_is_closed\n")
    engine.chmod(0o755)
    process = subprocess.Popen([engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        assert not lock(process.pid).is_stale
    finally:
        process.communicate()
    assert lock(process.pid).is_stale


@pytest.mark.parametrize(
    ("host", "advice"), [(HERE, "end it with: kill -INT 7"), ("runner-1", "free the stack with: pulumi cancel -s dev")]
)
def test_who_comes_second_is_told_who_holds_it_and_what_to_do(host: str, advice: str) -> None:
    text = held_by("dev", [lock(7, host)])
    assert "stack dev is being changed already, by process 7 of root on " in text
    assert "since 2026-11-21T19:00:00Z" in text
    assert advice in text
