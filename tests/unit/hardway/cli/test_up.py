"""What `up` does beside its phases."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from hardway.cli import workbench
from hardway.cli.commands.machine import _debug
from hardway.cli.commands.up import API_DEADLINE_SECONDS, NODES_DEADLINE_SECONDS, _management_first, _meanwhile, up
from hardway.cli.failure import Failure, Refused
from hardway.cli.report import Report
from hardway.cli.reports import Wanted
from hardway.cli.target import Target

if TYPE_CHECKING:
    from hardway.cli.updating import Updates

BOOT_GIVES_UP_SECONDS = 600


def fail(text: str) -> None:
    raise Failure(text)


def test_a_boot_can_say_why_before_the_wait_ends() -> None:
    assert min(API_DEADLINE_SECONDS, NODES_DEADLINE_SECONDS) > BOOT_GIVES_UP_SECONDS


def test_the_action_runs_while_the_block_does() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def action() -> None:
        begun.set()
        assert may_end.wait(10)
        ended.set()

    with _meanwhile(action):
        assert begun.wait(10)
        assert not ended.is_set()
        may_end.set()
    assert ended.is_set()


def test_a_failure_beside_the_block_is_told() -> None:
    with pytest.raises(Failure, match=r"^no stack$"), _meanwhile(lambda: fail("no stack")):
        pass


def test_a_failure_of_the_block_is_told_alone_or_with_the_other() -> None:
    with pytest.raises(Failure, match=r"^no update$"), _meanwhile(lambda: None):
        fail("no update")
    with pytest.raises(Failure, match=r"^no update\nno stack$"), _meanwhile(lambda: fail("no stack")):
        fail("no update")


@dataclass
class FakeUpdates:
    """Updates that note what is done, beside whatever else is noted."""

    environment: str
    done: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> Wanted:
        return Wanted(target=Target(self.environment), phases=Report())

    def review(self, stacks: list[Any]) -> None:
        self.done.append(f"review {[stack.name for stack in stacks]}")

    def update(self, stack: Any, title: str) -> None:
        self.done.append(f"update {stack.name}")


@pytest.mark.parametrize("empty", [True, False])
def test_management_is_made_first_or_reviewed_with_the_rest(monkeypatch: pytest.MonkeyPatch, empty: bool) -> None:
    beneath = SimpleNamespace(name="dev-management", is_empty=lambda: empty)
    monkeypatch.setattr(workbench, "stack", lambda target, **_: beneath)
    monkeypatch.setattr(workbench, "ensure_stack", lambda target, stack: None)
    monkeypatch.setattr("hardway.cli.commands.up.recover", lambda *_: None)
    updates = FakeUpdates("dev")
    found = _management_first(
        cast("Updates", updates), Path("pulumi"), {}, meanwhile=lambda: updates.done.insert(0, "meanwhile")
    )
    assert updates.done.pop(0) == "meanwhile"
    assert list(found) == ([] if empty else [beneath])
    assert updates.done == (["review ['dev-management']", "update dev-management"] if empty else [])


def test_an_environment_without_management_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "management", None)
    updates = FakeUpdates("dev")
    done = updates.done
    assert _management_first(cast("Updates", updates), Path("pulumi"), {}, meanwhile=lambda: done.append("now")) == []
    assert done == ["now"]


def test_a_shell_on_a_node_is_asked_for_where_pod_security_allows_it() -> None:
    assert "-- -n kube-system debug node/NODE" in _debug("dev")


def test_a_release_that_there_is_not_is_refused_before_anything_is_begun() -> None:
    with pytest.raises(Refused, match="delete:all releases nothing"):
        up("prod", release=["delete:all"])
