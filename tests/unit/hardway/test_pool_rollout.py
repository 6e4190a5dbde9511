"""A pool is rolled by its group's refresh, with a clock that nobody waits for and a group that is told what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hardway.boot_console import FAILED_SECONDS, Boot
from hardway.pool_rollout import Member, Refresh, Stuck, preferences, roll

NEW, OLD = "2", "1"
WANTED = preferences(canary_seconds=60, surge_percent=10)


class FakePool:
    """A group whose refresh goes through `course`, one entry a look, and stays at the last."""

    name = "hardway-test-pool-general"

    def __init__(self, *course: list[Member], status: str = "Successful", running: bool = False) -> None:
        self.course, self.step, self.status = list(course), 0, status
        self.started: list[dict[str, Any]] = []
        self.stopped = 0
        self.running = running
        self.said = Boot()

    def look(self) -> tuple[str, list[Member]]:
        members = self.course[min(self.step, len(self.course) - 1)]
        self.step += 1 if self.running else 0
        if self.step >= len(self.course) and self.status:
            self.running = False
        return NEW, members

    def refresh(self) -> Refresh | None:
        if not self.started and not self.running and not self.stopped:
            return None
        status = "InProgress" if self.running else (self.status if self.started else "Cancelled")
        return Refresh(id="r-1", status=status, percent=0, reason="")

    def start(self, wanted: dict[str, Any]) -> None:
        self.started.append(wanted)
        self.running = True

    def stop(self, version: str) -> None:
        assert version == NEW
        self.stopped += 1
        self.running = False

    def boot(self, member: Member) -> Boot:
        return self.said


def rolled(pool: FakePool, say: Callable[[str], None] = lambda text: None, patience: float = 1000) -> tuple[int, float]:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    count = roll(pool, WANTED, patience=patience, say=say, clock=lambda: now[0], sleep=sleep)  # type: ignore[arg-type]
    return count, now[0]


def machines(*versions: str, state: str = "InService") -> list[Member]:
    return [Member(f"i-{version}{number}", state, version) for number, version in enumerate(versions)]


def test_a_pool_of_the_current_template_is_left_alone() -> None:
    pool = FakePool(machines(NEW, NEW))
    assert rolled(pool) == (0, 0.0)
    assert not pool.started


def test_an_older_pool_is_refreshed_until_nobody_is_old() -> None:
    said: list[str] = []
    pool = FakePool(machines(OLD, OLD), machines(OLD, OLD), machines(OLD, NEW), machines(NEW, NEW))
    assert rolled(pool, said.append)[0] == 2
    assert pool.started == [WANTED]
    assert said[-1] == "hardway-test-pool-general: 1 of 2 machines are new"


def test_nobody_leaves_before_its_successor_serves_and_the_first_comes_alone() -> None:
    assert WANTED["MinHealthyPercentage"] == 100
    assert WANTED["MaxHealthyPercentage"] == 110
    assert WANTED["CheckpointPercentages"] == [1, 100]
    assert WANTED["CheckpointDelay"] == 60
    assert WANTED["SkipMatching"] is True


def test_a_refresh_by_an_earlier_template_is_cancelled_first() -> None:
    pool = FakePool(machines(OLD, OLD), running=True)
    pool.status = ""
    pool.course = [machines(OLD, OLD), machines(OLD, OLD), machines(NEW, NEW)]
    pool.status = "Successful"
    rolled(pool)
    assert pool.stopped == 1
    assert len(pool.started) == 1


def test_a_refresh_that_has_begun_is_followed_and_not_begun_anew() -> None:
    pool = FakePool(machines(OLD, NEW), machines(OLD, NEW), machines(NEW, NEW), running=True)
    assert rolled(pool)[0] == 1
    assert not pool.started
    assert not pool.stopped


def test_a_refresh_that_ends_too_early_is_told_with_what_is_left() -> None:
    pool = FakePool(machines(OLD, OLD), machines(OLD, NEW), status="Failed")
    with pytest.raises(Stuck, match=r"ended as Failed, and 1 of 2 machines are of an older template\. Run up again"):
        rolled(pool)


def test_a_new_machine_that_does_not_boot_stops_it_and_says_why() -> None:
    waiting = [*machines(OLD, OLD), Member("i-new", "Pending:Wait", NEW)]
    pool = FakePool(machines(OLD, OLD), waiting, status="")
    pool.said = Boot("artifacts", "failed", "s3 object bundles/x: HTTP 404")
    said: list[str] = []
    with pytest.raises(Stuck) as raised:
        rolled(pool, said.append)
    text = str(raised.value)
    assert "the new machine i-new does not boot: artifacts failed: s3 object bundles/x: HTTP 404" in text
    assert "2 of 3 machines stay as they were" in text
    assert "./hw logs i-new" in text


def test_a_boot_that_mends_itself_is_waited_for() -> None:
    waiting = [*machines(OLD), Member("i-new", "Pending:Wait", NEW)]
    pool = FakePool(machines(OLD), *[waiting] * int(FAILED_SECONDS / 3 - 5), machines(NEW))
    pool.said = Boot("artifacts", "failed", "once")
    assert rolled(pool)[0] == 1


def test_nothing_moving_ends_it() -> None:
    waiting = [*machines(OLD), Member("i-new", "Pending:Wait", NEW)]
    pool = FakePool(machines(OLD), waiting, status="")
    pool.said = Boot("units", "running", "waiting for kubelet.service")
    with pytest.raises(Stuck, match=r"nothing has moved for 100 s.*i-new has not joined: units running"):
        rolled(pool, patience=100)
