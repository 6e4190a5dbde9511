"""`./hw up` and `./hw destroy` that are cut off in the middle: the next one goes on, and nothing is there twice.

The environment is brought up in one sequence of cuts, each `up` beginning with what the one before left. What is cut is
chosen by the region: it does its k-th write and does not answer, so that nobody can know what became of it. All k are
tried with HARDWAY_TEST_ALL=1, which takes half an hour for each signal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest

from hardway.artifacts.engine import find_engine
from hardway.recovery.search import REPEATED, SEARCHED
from sandbox.plugins.aws import AwsProvider
from tests.engine.interrupting import Place, place
from tests.engine.inventory import inventory

ALL = pytest.mark.skipif("HARDWAY_TEST_ALL" not in os.environ, reason="takes an hour: HARDWAY_TEST_ALL=1")
UP: tuple[tuple[int, signal.Signals, bool], ...] = (
    (4, SIGKILL, False),
    (14, SIGINT, False),
    (35, SIGKILL, True),
    (28, SIGKILL, False),
)
"""After how many writes, how, and whether `./hw` itself is ended and not the engine."""
DESTROY: tuple[tuple[int, signal.Signals], ...] = ((8, SIGKILL), (8, SIGINT))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, dict[str, Counter[str]], int]]:
    """A place where nothing was interrupted, what there is in it, and how many writes that took."""
    with place(tmp_path_factory.mktemp("whole")) as made:
        made.repository.hw("up", "sandbox")
        yield made, inventory(made.client), made.door.writes


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[Place]:
    """A place where everything will be interrupted."""
    with place(tmp_path) as made:
        yield made


def pulumi(made: Place, *arguments: str) -> str:
    """Run the engine on the stack; what it printed."""
    done = subprocess.run(
        [str(find_engine().path), *arguments, "--stack", "sandbox", "--non-interactive"],
        cwd=made.repository.folder,
        env={**made.repository.variables, **made.variables()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def settled(made: Place) -> dict[str, Counter[str]]:
    """What there is once the next `up`, without a hand on anything, has been there; it left nothing to do."""
    made.repository.hw("up", "sandbox")
    pulumi(made, "preview", "--expect-no-changes")
    pulumi(made, "refresh", "--yes", "--skip-preview", "--expect-no-changes")
    return inventory(made.client)


def test_everything_that_is_created_can_be_found_again() -> None:
    assert AwsProvider().resources.keys() <= SEARCHED | REPEATED
    assert not SEARCHED & REPEATED


def test_an_update_that_is_cut_off_again_and_again(
    whole: tuple[Place, dict[str, Counter[str]], int], cut: Place
) -> None:
    for writes, how, whole_command in UP:
        assert cut.cut("up", writes, how, whole=whole_command), "there is less to do than was thought"
    assert settled(cut) == whole[1]


@ALL
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("how", [SIGKILL, SIGINT])
def test_an_update_that_is_cut_off_after_each_write(
    whole: tuple[Place, dict[str, Counter[str]], int], cut: Place, how: signal.Signals
) -> None:
    cuts = 0
    while cut.cut("up", 1, how):
        cuts += 1
    print(f"{cuts} cuts by {how.name}, {whole[2]} writes in a whole update")
    assert settled(cut) == whole[1]


@ALL
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("how", [SIGKILL, SIGINT])
def test_a_removal_that_is_cut_off_after_each_write(cut: Place, how: signal.Signals) -> None:
    before = inventory(cut.client)
    cut.repository.hw("up", "sandbox")
    while cut.cut("destroy", 1, how):
        pass
    assert inventory(cut.client) == before


def test_a_second_update_is_refused_and_told_who_holds_the_stack(
    whole: tuple[Place, dict[str, Counter[str]], int],
) -> None:
    made = whole[0]
    first = made.start("destroy")
    while not made.locks():
        assert first.poll() is None
        time.sleep(0.02)
    engine = made.engine()
    assert engine
    os.kill(engine, signal.SIGSTOP)
    try:
        second = made.repository.hw("up", "sandbox", code=2).stderr
        assert f"is being changed already, by process {engine} of" in second
        assert "Nothing was touched. Wait until that is done or end it with: kill -INT" in second
        assert "Traceback" not in second
    finally:
        os.kill(engine, signal.SIGCONT)
        os.kill(engine, SIGINT)
        first.communicate(timeout=60)


# Last in this file: it takes down what the others compare with.
def test_a_removal_that_is_cut_off_again_and_again(whole: tuple[Place, dict[str, Counter[str]], int]) -> None:
    made = whole[0]
    for writes, how in DESTROY:
        assert made.cut("destroy", writes, how)
    made.repository.hw("destroy", "sandbox", "--yes")
    left = inventory(made.client)
    assert not [name for names in left.values() for name in names if "hardway" in name], left
