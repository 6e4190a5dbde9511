from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from typer.testing import CliRunner

from hardway.cli import workbench
from hardway.cli.app import app
from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Refused

URN = "urn:pulumi:dev::hardway::hardway:machine:ControlPlaneMachine$aws:ebs/volume:Volume::control-plane-1-etcd"


@dataclass
class FakeStack:
    """A stack with one volume in its state."""

    name: str
    protect: bool
    ran: list[str] = field(default_factory=list)

    def exists(self) -> bool:
        return self.name == "dev"

    def resources(self) -> list[dict[str, Any]]:
        return [{"urn": URN, "type": "aws:ebs/volume:Volume", "protect": self.protect}]

    def run(self, verb: str, *flags: str, on_progress: object) -> EngineProgress:
        self.ran.append(verb)
        return EngineProgress()


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> FakeStack:
    fake = FakeStack("dev", protect=False)
    monkeypatch.setattr(workbench, "engine_binary", lambda target: "pulumi")
    monkeypatch.setattr(workbench, "variables", lambda target: {})
    monkeypatch.setattr(
        workbench, "stack", lambda target, **_: fake if target.name == "dev" else FakeStack(target.name, False)
    )
    return fake


def test_protected_data_stops_it_and_the_message_says_how_to_go_on(stack: FakeStack) -> None:
    stack.protect = True
    result = CliRunner().invoke(app, ["destroy", "dev", "--yes"])
    assert isinstance(result.exception, Refused)
    assert "aws:ebs/volume:Volume control-plane-1-etcd" in str(result.exception)
    assert "deletion_protection: false" in str(result.exception)
    assert stack.ran == []


def test_another_name_than_the_environments_stops_it(stack: FakeStack) -> None:
    result = CliRunner().invoke(app, ["destroy", "dev"], input="prod\n")
    assert isinstance(result.exception, Refused)
    assert stack.ran == []


def test_the_environments_name_lets_it_go_on(stack: FakeStack) -> None:
    result = CliRunner().invoke(app, ["destroy", "dev"], input="dev\n")
    assert result.exit_code == 0, result.output
    assert stack.ran == ["destroy"]
