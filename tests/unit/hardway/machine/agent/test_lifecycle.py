"""What hooks hold goes on once it may: a new machine when its node is Ready, one that leaves when it is drained."""

from __future__ import annotations

import pytest

from hardway.machine.agent import lifecycle as module
from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.groups import Waiting
from hardway.machine.agent.lifecycle import Lifecycle

NEW = Waiting("i-new", "group", "join")
OLD = Waiting("i-old", "group", "drain")


class Fakes:
    """The API, the groups and the inventory, all in one."""

    def __init__(self, *waiting: Waiting, ready: str | None = "True", state: str = "running") -> None:
        self._waiting, self.ready, self.state = list(waiting), ready, state
        self.went_on: list[Waiting] = []
        self.asked_ec2 = 0

    def waiting(self) -> list[Waiting]:
        return self._waiting

    def go_on(self, one: Waiting) -> None:
        self.went_on.append(one)

    def workers(self) -> dict[str, tuple[str, str]]:
        self.asked_ec2 += 1
        return {"i-new": ("new", "running"), "i-old": ("old", self.state)}

    def get(self, path: str) -> Json:
        if self.ready is None:
            raise Refused(404, "not found")
        created = {"creationTimestamp": "2026-01-01T00:00:00Z"}
        return {"metadata": created, "status": {"conditions": [{"type": "Ready", "status": self.ready}]}}


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who is still on a node that is drained."""
    names: list[str] = []
    monkeypatch.setattr(module, "drain", lambda api, node: names)
    return names


def attend(fakes: Fakes) -> list[Waiting]:
    Lifecycle(fakes, fakes, fakes).attend()  # type: ignore[arg-type]
    return fakes.went_on


def test_a_new_machine_serves_once_its_node_is_ready() -> None:
    assert attend(Fakes(NEW)) == [NEW]


@pytest.mark.parametrize("ready", ["False", "Unknown", None])
def test_a_new_machine_whose_node_is_not_ready_goes_on_waiting(ready: str | None) -> None:
    assert attend(Fakes(NEW, ready=ready)) == []


def test_a_machine_leaves_once_it_is_drained(left: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    left.append("demo/a: a budget")
    assert attend(Fakes(OLD)) == []
    assert "old is held by drain: demo/a: a budget" in capsys.readouterr().err
    left.clear()
    assert attend(Fakes(OLD)) == [OLD]


@pytest.mark.parametrize("state", ["stopping", "stopped", "shutting-down", "terminated"])
def test_a_machine_that_runs_no_more_is_not_drained(left: list[str], state: str) -> None:
    left.append("demo/a is ending")
    assert attend(Fakes(OLD, state=state)) == [OLD]


def test_ec2_is_not_asked_while_nobody_waits() -> None:
    fakes = Fakes()
    attend(fakes)
    assert fakes.asked_ec2 == 0
