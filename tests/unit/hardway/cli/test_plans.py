"""Plans between a preview and an update."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hardway.cli.engine import Stack
from hardway.cli.failure import Refused
from hardway.cli.plans import plan_path, planning, require_fresh, reviewed_plan, save_plans, write_for_engine

URN = "urn:pulumi:prod::hardway::aws:ec2/vpc:Vpc::network"


def engine_plan(*steps: str) -> dict[str, Any]:
    return {"manifest": {}, "resourcePlans": {URN: {"steps": list(steps), "goal": {}}}}


def put(folder: Path, **plans: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for stack, plan in plans.items():
        plan_path(folder, stack).write_text(json.dumps(plan))
    return folder


def test_what_is_saved_is_what_the_engine_gets_back(tmp_path: Path) -> None:
    before = put(tmp_path / "before", prod=engine_plan("same"), services=engine_plan("create"))
    save_plans(tmp_path / "plan", "prod", before, ["prod", "services"])
    after = put(tmp_path / "after")
    write_for_engine(reviewed_plan(tmp_path / "plan", "prod"), after)
    for stack in ("prod", "services"):
        assert json.loads(plan_path(after, stack).read_text()) == json.loads(plan_path(before, stack).read_text())


def test_a_plan_of_another_environment_is_refused(tmp_path: Path) -> None:
    save_plans(tmp_path / "plan", "dev", put(tmp_path / "now", dev=engine_plan("same")), ["dev"])
    with pytest.raises(Refused, match="is a plan for dev, not for prod"):
        reviewed_plan(tmp_path / "plan", "prod")


def test_no_plan_is_refused_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\./hw preview prod --save-plan"):
        reviewed_plan(tmp_path / "nothing", "prod")
    with pytest.raises(Refused, match="Name another file"):
        save_plans(tmp_path / "no/folder", "dev", put(tmp_path / "now", dev=engine_plan("same")), ["dev"])


def test_a_stale_plan_is_refused_with_what_differs(tmp_path: Path) -> None:
    save_plans(tmp_path / "plan", "prod", put(tmp_path / "before", prod=engine_plan("update")), ["prod"])
    plan = reviewed_plan(tmp_path / "plan", "prod")
    require_fresh(plan, put(tmp_path / "same", prod=engine_plan("update")), ["prod"])
    now = put(tmp_path / "now", prod=engine_plan("delete"), services=engine_plan())
    with pytest.raises(Refused) as refused:
        require_fresh(plan, now, ["prod", "services"])
    assert "aws:ec2:Vpc network: reviewed was update, now it is delete" in str(refused.value)
    assert "stack services was not reviewed" in str(refused.value)
    assert "nothing was touched" in str(refused.value)


def test_the_engine_is_told_that_plans_are_wanted(tmp_path: Path) -> None:
    stack = Stack(name="prod", binary=tmp_path, variables={"A": "b"}, logs=tmp_path)
    assert planning(stack).variables == {"A": "b", "PULUMI_EXPERIMENTAL": "true"}
    assert dict(stack.variables) == {"A": "b"}
