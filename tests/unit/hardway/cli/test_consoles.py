"""What a wait for a cluster is told when there is nothing to wait for."""

from __future__ import annotations

from typing import Any

import pytest

from hardway.boot_console import Boot
from hardway.cli.consoles import Consoles, RestoreDue, explained_by, restore_due
from hardway.cli.failure import Failure
from hardway.cli.machines import Machine

WAITING = Boot("restore", "waiting", "this disk is empty")


def machine(name: str, restore: Boot, role: str = "control-plane") -> Machine:
    return Machine(f"i-{name}", name, name, role, "", "10.0.0.1", "running", Boot("units", "running"), restore)


def test_a_restore_is_due_only_if_every_control_plane_waits_for_it() -> None:
    worker = machine("w", Boot(), "worker")
    assert restore_due([worker], "test") is None
    assert restore_due([machine("a", WAITING), machine("b", Boot()), worker], "test") is None
    assert restore_due([machine("a", WAITING), machine("b", Boot("restore", "done")), worker], "test") is None
    said = restore_due([machine("a", WAITING), machine("b", WAITING), worker], "test")
    assert said is not None
    assert "All 2 wait for a backup" in said
    assert "./hw restore test" in said


def test_a_wait_ends_at_once_with_one_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [machine("a", WAITING)]
    monkeypatch.setattr("hardway.cli.machines.client", lambda *_: None)
    monkeypatch.setattr("hardway.cli.machines.machines", lambda *_: found)
    consoles = Consoles("test", "eu-central-1", {}, slow=False)
    with pytest.raises(RestoreDue) as raised, explained_by(consoles, "test"):
        consoles.read()
    assert "What the machines said last" not in str(raised.value)


def test_any_other_failure_is_explained_by_what_machines_say(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = [machine("a", Boot())]
    monkeypatch.setattr("hardway.cli.machines.client", lambda *_: None)
    monkeypatch.setattr("hardway.cli.machines.machines", lambda *_: found)
    consoles = Consoles("test", "eu-central-1", {}, slow=False)
    with pytest.raises(Failure) as raised, explained_by(consoles, "test"):
        raise Failure("late")
    assert str(raised.value).startswith("late\nWhat the machines said last:\n  a 10.0.0.1 running: units running\n")
