"""The file between a review and an update."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardway.gate.plan_file import PlanError, PlanFile, read_plan, write_plan

PLAN = PlanFile(environment="prod", revision="abc", stacks={"prod": {"resourcePlans": {}}})


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan", PLAN)
    assert read_plan(tmp_path / "plan") == PLAN


def test_only_its_owner_can_read_it_also_where_there_was_a_file(tmp_path: Path) -> None:
    (tmp_path / "plan").touch(mode=0o644)
    write_plan(tmp_path / "plan", PLAN)
    assert (tmp_path / "plan").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"manifest": {}, "resourcePlans": {}}', '{"version": 2}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan").write_text(text)
    with pytest.raises(PlanError, match="is no plan of"):
        read_plan(tmp_path / "plan")


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        read_plan(tmp_path / "plan")
