from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hardway.cli.app import app
from hardway.cli.commands import drift as command
from hardway.cli.failure import Failure, Refused
from hardway.cli.reports import Wanted
from hardway.report.model import Operation, Report, ResourceChange, StackPreview

GONE = ResourceChange(urn="urn:a::b::t::thing", type="t", name="thing", operation=Operation.DELETE)


@pytest.mark.parametrize(
    ("stack", "code"),
    [
        (StackPreview(stack="prod", succeeded=True, refreshed=True), 0),
        (StackPreview(stack="prod", succeeded=True, refreshed=True, drift=(GONE,)), 2),
        (StackPreview(stack="prod", succeeded=False, refreshed=True, drift=(GONE,)), 1),
    ],
    ids=["none", "drift", "failed"],
)
def test_the_exit_code_tells_drift(monkeypatch: pytest.MonkeyPatch, stack: StackPreview, code: int) -> None:
    monkeypatch.setattr(command, "drift_report", lambda wanted: Report(environment="prod", stacks=(stack,)))
    assert CliRunner().invoke(app, ["drift", "prod"]).exit_code == code


@pytest.mark.parametrize("arguments", [["prod", "--report", "xml"], ["prod", "--nonsense"], [], ["prod", "dev"]])
def test_a_slip_of_the_pen_is_no_drift(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["drift", *arguments]).exit_code == 1


def test_help_is_no_slip() -> None:
    assert CliRunner().invoke(app, ["drift", "--help"]).exit_code == 0


def test_what_is_refused_is_no_drift(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(wanted: Wanted) -> Report:
        raise Refused("the stack file is at fault")

    monkeypatch.setattr(command, "drift_report", refuse)
    for arguments in (["prod"], ["nowhere"], ["prod", "--output", str(tmp_path / "gone" / "file")]):
        found = CliRunner().invoke(app, ["drift", *arguments]).exception
        assert isinstance(found, Failure)
        assert found.exit_code == 1
