"""Updates of an environment: what is there already is previewed, shown in short and gated before it is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hardway.cli.engine import Stack
from hardway.cli.failure import Failure
from hardway.cli.gating import gates_of, refuse_closed
from hardway.cli.plans import plan_path, planning, require_fresh, reviewed_plan, write_for_engine
from hardway.cli.reports import Wanted, report_on
from hardway.cli.rolling import PoolRolls

if TYPE_CHECKING:
    from hardway.gate.plan_file import PlanFile
    from hardway.report.model import Report


@dataclass(frozen=True)
class HeldPlan:
    """A plan that was reviewed, and folders for working with it."""

    plan: PlanFile
    reviewed: Path
    """The engine's plan of each stack, as it was reviewed."""
    now: Path
    """For those that a preview makes now."""


@contextmanager
def held_plan(path: Path | None, environment: str) -> Iterator[HeldPlan | None]:
    """The plan in that file, None without one."""
    if path is None:
        yield None
        return
    plan = reviewed_plan(path, environment)
    with tempfile.TemporaryDirectory(prefix="hardway-plan-") as folder:
        held = HeldPlan(plan, Path(folder) / "reviewed", Path(folder) / "now")
        held.reviewed.mkdir()
        held.now.mkdir()
        write_for_engine(plan, held.reviewed)
        yield held


@dataclass
class Updates:
    """The updates of one `./hw up`."""

    wanted: Wanted
    ask: bool
    """Whether a person is asked before anything is touched."""
    held: HeldPlan | None = None
    _reviewed: set[str] = field(default_factory=set)

    def review(self, stacks: Sequence[Stack]) -> None:
        """Preview these stacks, show what would change, and go on only if every gate is open and nobody minds.

        A stack without resources has nothing to lose: it is left out, unless its creation is in the plan.
        """
        wanted = self.wanted
        if self.held is None:
            stacks = [stack for stack in stacks if not stack.is_empty()]
        else:
            stacks = [stack for stack in stacks if stack.name in self.held.plan.stacks]
        if not stacks:
            refuse_closed(wanted.target, gates_of(wanted.target, None), wanted.releases)
            return
        report = report_on(wanted, stacks, plans=self.held.now if self.held else None)
        _show(wanted, report)
        if self.held is not None:
            require_fresh(self.held.plan, self.held.now, [stack.name for stack in stacks])
        refuse_closed(wanted.target, gates_of(wanted.target, report), wanted.releases)
        if self.ask and report.changed:
            typer.confirm(f"Do this to {wanted.target.name}?", abort=True)
        self._reviewed |= {stack.name for stack in stacks}

    def update(self, stack: Stack, title: str) -> None:
        """The stack is as the program says. It is reviewed first if that was not possible before."""
        phases = self.wanted.phases
        if self.held is not None and stack.name not in self.held.plan.stacks:
            phases.note(f"{title}: not in the plan, left as it is")
            return
        if stack.name not in self._reviewed and not stack.is_empty():
            self.review([stack])
        if self.ask and self.held is None and stack.name not in self._reviewed:
            if stack.interactive("up", *self.wanted.flags) != 0:
                raise Failure(f"pulumi up of stack {stack.name} did not finish; nothing after it was done.")
            return
        flags = ["--yes", "--skip-preview", *self.wanted.flags]
        if self.held is not None:
            stack, flags = planning(stack), [*flags, "--plan", str(plan_path(self.held.reviewed, stack.name))]
        rolls = PoolRolls(self.wanted.target, stack.variables)
        with phases.phase(title) as phase:
            progress = stack.run(
                "up",
                *flags,
                on_progress=lambda now: phase.say(now.headline(), [*now.details(), *rolls.lines(now.running)]),
            )
        done = ", ".join(f"{count} {kind}" for kind, count in sorted(progress.changes.items())) or "nothing to do"
        phases.note(f"{title}: {done}")


def _show(wanted: Wanted, report: Report) -> None:
    from hardway.report.summary import summary

    wanted.phases.note(summary(report))
    if not report.succeeded:
        said = [each.message for stack in report.stacks for each in stack.diagnostics if each.severity == "error"]
        rules = [f"{each.rule}: {each.message}" for one in report.stacks for each in one.findings if each.mandatory]
        why = "\n  ".join(dict.fromkeys([*said, *rules])) or "the engine does not say why"
        raise Failure(f"the preview of {wanted.target.name} did not succeed, and nothing was touched:\n  {why}")
