"""What the user reads when something is held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

import pytest

from hardway.cli.failure import Refused
from hardway.cli.gating import gates_of, notes_on, refuse_closed, require_known
from hardway.cli.target import Target
from hardway.gate.gates import Gate
from hardway.report.model import Operation, Report, ResourceChange, StackPreview

SANDBOX, PROD = Target("sandbox"), Target("prod")
VOLUMES = Gate("delete:data-volume", "a data volume is deleted: etcd-1", "what is on it is gone")
MANY = Gate("delete:many", "11 resources are deleted: a, b", "that is often a mistake")


def test_every_closed_gate_is_told_with_its_release_at_once() -> None:
    with pytest.raises(Refused) as refused:
        refuse_closed(PROD, [VOLUMES, MANY], [])
    assert str(refused.value) == (
        "prod is held back, and nothing was touched:\n"
        "  a data volume is deleted: etcd-1: what is on it is gone.\n"
        "    --release delete:data-volume\n"
        "  11 resources are deleted: a, b: that is often a mistake.\n"
        "    --release delete:many"
    )
    assert refused.value.exit_code == 2


def test_open_gates_let_through() -> None:
    refuse_closed(PROD, [VOLUMES, MANY], ["delete:many", "delete:data-volume"])
    with pytest.raises(Refused) as refused:
        refuse_closed(PROD, [VOLUMES, MANY], ["delete:many"])
    assert "delete:many" not in str(refused.value)


@pytest.mark.parametrize("name", ["all", "replace:everything", "control-plane", ""])
def test_nothing_is_released_by_a_name_that_does_not_exist(name: str) -> None:
    with pytest.raises(Refused, match=f"--release {name} releases nothing; .* delete:control-plane, replace:control-p"):
        require_known(["delete:many", name])
    require_known(["delete:many", "replace:control-plane"])


def test_a_report_says_what_is_held_and_what_is_released() -> None:
    held, released = notes_on([VOLUMES, MANY], ["delete:many"])
    assert held == (
        "Held back until released by delete:data-volume: a data volume is deleted: etcd-1. What is on it is gone."
    )
    assert released == "Released by delete:many: 11 resources are deleted: a, b."


def test_the_number_of_deletions_is_the_stack_files() -> None:
    change = [
        ResourceChange(urn=f"urn:a::b::c::{n}", type="t", name=str(n), operation=Operation.DELETE) for n in range(11)
    ]
    stacks = (StackPreview(stack="sandbox", succeeded=True, changes=tuple(change)),)
    assert [gate.name for gate in gates_of(SANDBOX, Report(environment="sandbox", stacks=stacks))] == ["delete:many"]
    fewer = (StackPreview(stack="sandbox", succeeded=True, changes=tuple(change[1:])),)
    assert gates_of(SANDBOX, Report(environment="sandbox", stacks=fewer)) == ()


def test_versions_past_their_end_are_held_back_where_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls(2040, 1, 1)

    monkeypatch.setattr("hardway.cli.gating.datetime", Later)
    assert {gate.name for gate in gates_of(PROD, None)} == {"run:end-of-life"}
    assert gates_of(SANDBOX, None) == ()
    same = StackPreview(stack="prod", succeeded=True)
    assert gates_of(PROD, Report(environment="prod", stacks=(same,))) == (), "nothing changes"
    change = ResourceChange(urn="urn:a::b::c::d", type="t", name="d", operation=Operation.UPDATE)
    report = Report(environment="prod", stacks=(replace(same, changes=(change,)),))
    assert {gate.name for gate in gates_of(PROD, report)} == {"run:end-of-life"}
