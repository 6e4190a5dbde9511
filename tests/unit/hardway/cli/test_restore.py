"""When a restore may begin, when it is through, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from hardway.backups.archive import Archive
from hardway.backups.documents import Digest, Manifest, Restored
from hardway.boot_console import Boot
from hardway.cli.cluster import Node
from hardway.cli.commands import restore
from hardway.cli.commands.restore import _tell, not_back, not_waiting, paced
from hardway.cli.failure import Refused
from hardway.cli.machines import Machine
from hardway.cli.report import Report

MEMBERS = ["a", "b"]
WAITING = Boot("restore", "waiting", "this disk is empty")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def machine(name: str, restore: Boot = WAITING, state: str = "running") -> Machine:
    return Machine(f"i-{name}", name, name, "control-plane", "", f"ip-{name}", state, Boot("units", "done"), restore)


def node(name: str, *, ready: bool = True) -> Node:
    return Node(name, ready, "v1.36.3", "control-plane", f"ip-{name}", "kubelet stopped")


def test_it_begins_only_if_every_control_plane_runs_and_waits() -> None:
    assert not_waiting(MEMBERS, [machine("a"), machine("b")]) == []
    assert not_waiting(MEMBERS, [machine("a")]) == ["b does not exist"]
    assert not_waiting(MEMBERS, [machine("a"), machine("b", Boot())]) == ["b (i-b) is running and says 'units done'"]
    assert not_waiting(MEMBERS, [machine("a"), machine("b", state="stopped")]) == [
        "b (i-b) is stopped and says 'units done'"
    ]


def place(monkeypatch: pytest.MonkeyPatch, *course: list[Machine]) -> Any:
    """Where the machines are those of `course`, one entry a look."""
    looks = list(course)
    monkeypatch.setattr("hardway.cli.machines.machines", lambda *_: looks.pop(0) if len(looks) > 1 else looks[0])
    monkeypatch.setattr(restore, "_POLL_SECONDS", 0)
    control_plane = SimpleNamespace(members=dict.fromkeys(MEMBERS))
    configuration = SimpleNamespace(control_plane=control_plane)
    return SimpleNamespace(ec2=None, target=SimpleNamespace(name="test", configuration=lambda: configuration))


def test_those_that_are_still_booting_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    where = place(monkeypatch, [machine("a")], [machine("a"), machine("b")])
    assert [one.name for one in restore._await_waiting(where, said.append)] == MEMBERS
    assert said == ["b does not exist"]


def test_one_that_is_off_ends_the_wait_at_once_because_it_may_have_data(monkeypatch: pytest.MonkeyPatch) -> None:
    where = place(monkeypatch, [machine("a"), machine("b", state="stopped")])
    with pytest.raises(Refused, match=r"may have data: b \(i-b\) is stopped"):
        restore._await_waiting(where, lambda text: None)


def test_one_that_never_waits_is_named_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "_WAITING_SECONDS", 0)
    where = place(monkeypatch, [machine("a"), machine("b", Boot("restore", "done"))])
    with pytest.raises(Refused, match=r"b \(i-b\) is running and says 'units done'.*disaster-recovery.md"):
        restore._await_waiting(where, lambda text: None)


def test_a_machine_is_back_once_its_kubelet_was_heard_of() -> None:
    running, nodes = [machine("a"), machine("b")], [node("a"), node("b")]
    heard, stale = NOW + timedelta(seconds=3), NOW - timedelta(minutes=3)
    assert not_back(running, nodes, {"a": heard, "b": heard}, NOW) == []
    assert not_back(running, nodes, {"a": heard, "b": stale}, NOW) == ["b has not been heard of since the restore"]
    assert not_back(running, nodes, {"a": heard}, NOW) == ["b has not been heard of since the restore"]
    assert not_back(running, [node("a")], {"a": heard}, NOW) == ["b has no node"]
    assert not_back(running, [node("a"), node("b", ready=False)], {"a": heard, "b": heard}, NOW) == [
        "b is not Ready: kubelet stopped"
    ]


def test_a_node_whose_machine_is_gone_is_not_waited_for() -> None:
    assert not_back([machine("a")], [node("a"), node("gone", ready=False)], {"a": NOW}, NOW) == []


def test_consoles_are_not_asked_at_each_look() -> None:
    said: list[str] = []
    for text, every in (("one", 1000.0), ("two", 0.0)):
        say = paced(said.append, every)
        say(text)
        say(text)
    assert said == ["one", "two", "two"]


def archive() -> Archive:
    digests = {"/registry/pods": {"count": 3, "sha256": "aa"}}
    facts: dict[str, Any] = {
        "format": 1,
        "environment": "test",
        "taken_at": NOW,
        "member": "a",
        "etcd_version": "3.6.6",
        "kubernetes_version": "1.36.3",
        "revision": 700,
        "etcd_hash": 1,
        "total_keys": 3,
        "snapshot_bytes": 5_000_000,
        "snapshot_sha256": "ab",
        "digests": digests,
        "seconds": {},
    }
    return Archive(key="etcd/daily/test/1.tar", manifest=Manifest.model_validate(facts), snapshot=Path("x"))


def told(found: Restored, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(typer.Exit) as raised:
        _tell(archive(), found, [node("a")], Report(), 1.0, as_json=False)
    return raised.value.exit_code, capsys.readouterr().out


def restored(sha256: str, revision: int) -> Restored:
    return Restored(
        member="a", revision=revision, digests={"/registry/pods": Digest(count=3, sha256=sha256)}, seconds={}
    )


def test_equality_is_shown_and_difference_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(restored("aa", 1_000_000_700), capsys)
    assert code == 0
    assert "3 objects, equal to what lived" in said
    code, said = told(restored("ab", 1_000_000_700), capsys)
    assert code == 1
    assert "NOT EQUAL" in said
    assert "/registry/pods: 3 objects before, 3 now, with other content" in said


def test_a_comparison_at_another_revision_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(restored("aa", 1_000_000_705), capsys)
    assert code == 1
    assert "compared at revision 1000000705, not at 1000000700" in said
