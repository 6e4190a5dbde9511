"""Plans of the engine: saved by a preview, held to by an update."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hardway.cli.engine import Stack
from hardway.cli.failure import Refused
from hardway.cli.paths import REPOSITORY

if TYPE_CHECKING:
    from hardway.gate.plan_file import PlanFile


def planning(stack: Stack) -> Stack:
    """The stack with the engine's flags for plans, which it still calls experimental."""
    return replace(stack, variables={**stack.variables, "PULUMI_EXPERIMENTAL": "true"})


def plan_path(folder: Path, stack: str) -> Path:
    """Where a stack's plan is while it is worked with."""
    return folder / f"{stack}.plan.json"


def save_plans(path: Path, environment: str, folder: Path, stacks: Iterable[str]) -> None:
    """The plans in the folder are one file; Refused if it cannot be written."""
    from hardway.gate.plan_file import PlanFile, write_plan

    plans = {stack: json.loads(plan_path(folder, stack).read_text()) for stack in stacks}
    try:
        write_plan(path, PlanFile(environment=environment, revision=_revision(), stacks=plans))
    except OSError as error:
        raise Refused(f"the plan cannot be written to {path}: {error.strerror}. Name another file.") from error


def reviewed_plan(path: Path, environment: str) -> PlanFile:
    """The plan in that file; Refused if it is not one of that environment."""
    from hardway.gate.plan_file import PlanError, read_plan

    try:
        plan = read_plan(path)
    except PlanError as error:
        raise Refused(f"{error}. Make one: ./hw preview {environment} --save-plan {path}") from error
    if plan.environment != environment:
        raise Refused(f"{path} is a plan for {plan.environment}, not for {environment}.")
    return plan


def require_fresh(plan: PlanFile, folder: Path, stacks: Iterable[str]) -> None:
    """Refused with what differs if what would be done now is not what was reviewed."""
    from hardway.gate.staleness import differences

    lines = []
    for stack in stacks:
        now = json.loads(plan_path(folder, stack).read_text())
        if stack not in plan.stacks:
            lines.append(f"stack {stack} was not reviewed")
        else:
            lines += differences(plan.stacks[stack], now)
    if lines:
        shown = "\n  ".join(lines[:20]) + (f"\n  … and {len(lines) - 20} more" if len(lines) > 20 else "")
        raise Refused(
            f"the plan of {plan.environment}, made at {plan.revision}, is stale, and nothing was touched:\n  {shown}\n"
            "Review it anew: ./hw preview with --save-plan."
        )


def write_for_engine(plan: PlanFile, folder: Path) -> None:
    """Each stack's plan as the file that the engine reads."""
    for stack, content in plan.stacks.items():
        plan_path(folder, stack).write_text(json.dumps(content))


def _revision() -> str:
    done = subprocess.run(
        ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "an unknown revision"
