from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from hardway.cli import requirements as subject
from hardway.cli.app import app
from hardway.cli.commands import doctor
from hardway.cli.commands.up import _precheck
from hardway.cli.failure import Failure
from hardway.cli.region_control import Region
from hardway.cli.requirements import Finding, Requirement, missing_for_sandbox, requirements
from hardway.cli.target import Target

ABSENT = Requirement("haproxy", "sandbox", lambda: Finding(False, "not found"), "apt-get install haproxy", ("haproxy",))


def test_every_requirement_can_be_looked_at_and_says_how_to_meet_it() -> None:
    for each in requirements():
        assert each.look().found
        assert each.fix


def test_without_root_a_sandbox_is_api_only_and_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "requirements", lambda: [ABSENT])
    monkeypatch.setattr(subject, "_namespaces", lambda: Finding(True, ""))
    monkeypatch.setattr(subject, "_root", lambda: Finding(True, "root"))
    assert missing_for_sandbox() == [ABSENT]
    monkeypatch.setattr(subject, "_root", lambda: Finding(False, "user 1000"))
    assert missing_for_sandbox() == []


def test_too_little_memory_is_told_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_root", lambda: Finding(True, "root"))
    monkeypatch.setattr(subject, "_namespaces", lambda: Finding(True, ""))
    monkeypatch.setattr(subject, "_memory", lambda: Finding(False, "1.5 GiB available"))
    monkeypatch.setattr(subject, "_disk", lambda: Finding(True, "much"))
    monkeypatch.setattr(subject, "missing_for_sandbox", lambda: [])
    monkeypatch.setattr(Region, "running", lambda self: False)
    with pytest.raises(Failure, match=r"none was begun\. memory: 1\.5 GiB available \(free 3 GiB of memory"):
        _precheck(Target("sandbox"))
    monkeypatch.setattr(Region, "running", lambda self: True)
    _precheck(Target("sandbox"))
    monkeypatch.setattr(Region, "running", lambda self: False)
    monkeypatch.setattr(subject, "_root", lambda: Finding(False, "user 1000"))
    _precheck(Target("sandbox"))


def test_doctor_exits_1_and_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requirements", lambda: [ABSENT])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "apt-get install haproxy" in result.output
    assert "./hw doctor --fix" in result.output


def test_what_only_tests_need_is_named_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Requirement("chromium", "tests", lambda: Finding(False, "not found"), "get it", ("chromium",))
    monkeypatch.setattr(doctor, "requirements", lambda: [browser])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0
    assert "MISSING  chromium" in result.output
    assert "chromium: get it" in result.output


def test_doctor_speaks_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requirements", lambda: [ABSENT])
    facts = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).output)
    assert facts == [
        {"name": "haproxy", "for": "sandbox", "met": False, "found": "not found", "fix": "apt-get install haproxy"}
    ]
