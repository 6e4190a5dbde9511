"""What comes before an update, and what does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest

from hardway.cli import updating
from hardway.cli.engine import Stack
from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Failure, Refused
from hardway.cli.plans import plan_path, save_plans
from hardway.cli.report import Report as Phases
from hardway.cli.reports import Wanted
from hardway.cli.target import Target
from hardway.cli.updating import Updates, held_plan
from hardway.report.model import Diagnostic, Operation, Report, ResourceChange, StackPreview

VOLUME = "aws:ebs/volume:Volume"
HARMLESS = ResourceChange(urn="urn:a::b::c::role", type="aws:iam/role:Role", name="role", operation=Operation.CREATE)
LOSS = ResourceChange(urn=f"urn:a::b::{VOLUME}::etcd", type=VOLUME, name="etcd", operation=Operation.DELETE)


@dataclass(frozen=True, kw_only=True)
class FakeStack(Stack):
    """A stack with or without resources, which notes what is done to it."""

    binary: Path = Path("pulumi")
    variables: Mapping[str, str] = field(default_factory=dict)
    logs: Path = Path("logs")
    empty: bool
    done: list[str]

    def is_empty(self) -> bool:
        return self.empty

    def run(
        self, verb: str, *flags: str, on_progress: Callable[[EngineProgress], None] = lambda progress: None
    ) -> EngineProgress:
        self.done.append(f"{verb} {self.name}{' by plan' if '--plan' in flags else ''}")
        return EngineProgress()

    def interactive(self, verb: str, *flags: str) -> int:
        self.done.append(f"ask and {verb} {self.name}")
        return 0


class Desk:
    """Everything that an update meets, and what it did."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.changes: tuple[ResourceChange, ...] = (HARMLESS,)
        self.succeeded = True
        self.steps = "create"
        monkeypatch.setattr(updating, "report_on", self._report_on)
        monkeypatch.setattr("typer.confirm", lambda text, abort: self.done.append(text))

    def stack(self, resources: int, name: str = "sandbox") -> FakeStack:
        return FakeStack(name=name, empty=resources == 0, done=self.done)

    def updates(self, *, releases: Sequence[str] = (), ask: bool = False, **more: Any) -> Updates:
        return Updates(Wanted(target=Target("sandbox"), phases=Phases(), releases=releases), ask=ask, **more)

    def _report_on(self, wanted: Wanted, stacks: Sequence[Stack], plans: Path | None = None) -> Report:
        self.done.append(f"preview {' '.join(stack.name for stack in stacks)}")
        for stack in stacks:
            if plans is not None:
                plan_path(plans, stack.name).write_text(json.dumps(plan(self.steps)))
        seen = tuple(
            StackPreview(
                stack=stack.name,
                succeeded=self.succeeded,
                changes=self.changes,
                diagnostics=() if self.succeeded else (Diagnostic(severity="error", message="no such image"),),
            )
            for stack in stacks
        )
        return Report(environment="sandbox", stacks=seen)


def plan(steps: str) -> dict[str, Any]:
    return {"resourcePlans": {LOSS.urn: {"steps": [steps], "goal": {}}}}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def test_a_first_creation_is_not_previewed(desk: Desk) -> None:
    stack, updates = desk.stack(0), desk.updates()
    updates.review([stack])
    updates.update(stack, "Environment")
    assert desk.done == ["up sandbox"]


def test_what_is_there_is_previewed_once_and_shown(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    stack, services, updates = desk.stack(9), desk.stack(9, "services"), desk.updates()
    updates.review([stack, services])
    updates.update(stack, "Environment")
    updates.update(services, "Services")
    assert desk.done == ["preview sandbox services", "up sandbox", "up services"]
    assert "sandbox: Nothing is deleted or replaced" in capsys.readouterr().err


def test_services_whose_cluster_did_not_answer_are_previewed_before_their_own_update(desk: Desk) -> None:
    stack, services, updates = desk.stack(9), desk.stack(9, "services"), desk.updates()
    updates.review([stack])
    updates.update(stack, "Environment")
    desk.changes = (LOSS,)
    with pytest.raises(Refused, match="delete:data-volume"):
        updates.update(services, "Services")
    assert desk.done == ["preview sandbox", "up sandbox", "preview services"]


def test_a_loss_is_refused_and_released_by_name(desk: Desk) -> None:
    desk.changes = (LOSS,)
    with pytest.raises(Refused, match="delete:data-volume"):
        desk.updates().review([desk.stack(9)])
    assert desk.done == ["preview sandbox"]
    updates = desk.updates(releases=["delete:data-volume"])
    updates.review([desk.stack(9)])
    updates.update(desk.stack(9), "Environment")
    assert desk.done[1:] == ["preview sandbox", "up sandbox"]


def test_a_preview_that_fails_touches_nothing_and_says_why(desk: Desk) -> None:
    desk.succeeded = False
    with pytest.raises(Failure, match=r"nothing was touched:\n  no such image"):
        desk.updates().review([desk.stack(9)])


def test_a_person_is_asked_once_what_was_shown_and_by_the_engine_what_was_not(desk: Desk) -> None:
    stack, services, updates = desk.stack(9), desk.stack(0, "services"), desk.updates(ask=True)
    updates.review([stack, services])
    updates.update(stack, "Environment")
    updates.update(services, "Services")
    assert desk.done == ["preview sandbox", "Do this to sandbox?", "up sandbox", "ask and up services"]


def test_nobody_is_asked_about_nothing(desk: Desk) -> None:
    desk.changes = ()
    desk.updates(ask=True).review([desk.stack(9)])
    assert desk.done == ["preview sandbox"]


def test_who_says_no_stops_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(text: str, abort: bool) -> None:
        raise click.Abort

    monkeypatch.setattr("typer.confirm", no)
    with pytest.raises(click.Abort):
        desk.updates(ask=True).review([desk.stack(9)])


def saved(folder: Path, *stacks: str) -> Path:
    """A plan of these stacks that creates something in each."""
    for stack in stacks:
        plan_path(folder, stack).write_text(json.dumps(plan("create")))
    save_plans(folder / "saved", "sandbox", folder, stacks)
    return folder / "saved"


def test_a_plan_is_what_is_done_also_in_a_first_creation(desk: Desk, tmp_path: Path) -> None:
    with held_plan(saved(tmp_path, "sandbox"), "sandbox") as held:
        stack, services, updates = desk.stack(0), desk.stack(9, "services"), desk.updates(held=held)
        updates.review([stack, services])
        updates.update(stack, "Environment")
        updates.update(services, "Services")
    assert desk.done == ["preview sandbox", "up sandbox by plan"]


def test_a_stale_plan_and_a_gate_stop_it(desk: Desk, tmp_path: Path) -> None:
    with held_plan(saved(tmp_path, "sandbox"), "sandbox") as held:
        desk.changes = (LOSS,)
        with pytest.raises(Refused, match="delete:data-volume"):
            desk.updates(held=held).review([desk.stack(9)])
        desk.steps = "delete"
        with pytest.raises(Refused, match="is stale, and nothing was touched"):
            desk.updates(held=held).review([desk.stack(9)])
    assert desk.done == ["preview sandbox", "preview sandbox"]


def test_without_a_plan_none_is_held() -> None:
    with held_plan(None, "sandbox") as held:
        assert held is None
