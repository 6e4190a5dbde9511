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
NAMESPACE = "urn:pulumi:dev-services::hardway::hardway:services:Demo$kubernetes:core/v1:Namespace::demo-namespace"


@dataclass
class FakeStack:
    """A stack with one resource in its state."""

    name: str
    protect: bool
    urn: str = URN
    ran: list[str] = field(default_factory=list)

    def exists(self) -> bool:
        return self.name == "dev" or self.urn == NAMESPACE

    def deployment(self) -> dict[str, Any]:
        return {}

    def resources(self) -> list[dict[str, Any]]:
        return [{"urn": self.urn, "type": self.urn.split("::")[2].split("$")[-1], "protect": self.protect}]

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
    assert "under `hardway:control_plane` in stacks/Pulumi.dev.yaml, run" in str(result.exception)
    assert stack.ran == []


def test_a_protected_namespace_is_released_in_the_file_of_its_own_stack(
    stack: FakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeStack("dev-services", protect=True, urn=NAMESPACE)
    monkeypatch.setattr(workbench, "stack", lambda target, **_: stack if target.name == "dev" else services)
    result = CliRunner().invoke(app, ["destroy", "dev", "--yes"])
    assert isinstance(result.exception, Refused)
    message = str(result.exception)
    assert "kubernetes:core/v1:Namespace demo-namespace" in message
    assert "set `hardway:deletion_protection: false` in stacks/Pulumi.dev-services.yaml, run" in message
    assert "Pulumi.dev.yaml" not in message
    stack.protect = True
    both = str(CliRunner().invoke(app, ["destroy", "dev", "--yes"]).exception)
    assert "in stacks/Pulumi.dev-services.yaml, and `hardway:deletion_protection: false` and `protect_data" in both
    assert stack.ran == services.ran == []


def test_backups_are_not_destroyed_and_it_says_how_to_do_that(stack: FakeStack) -> None:
    result = CliRunner().invoke(app, ["destroy", "dev", "--yes"])
    assert stack.ran == ["destroy"]
    assert "Its backups stay, in stack dev-management; this deletes them:" in result.output
    assert "pulumi destroy --stack dev-management" in result.output


def test_another_name_than_the_environments_stops_it(stack: FakeStack) -> None:
    result = CliRunner().invoke(app, ["destroy", "dev"], input="prod\n")
    assert isinstance(result.exception, Refused)
    assert stack.ran == []


def test_the_environments_name_lets_it_go_on(stack: FakeStack) -> None:
    result = CliRunner().invoke(app, ["destroy", "dev"], input="dev\n")
    assert result.exit_code == 0, result.output
    assert stack.ran == ["destroy"]
