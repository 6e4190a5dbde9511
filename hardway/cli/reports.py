"""The ways to a report: what `up` would do, what a first creation does, what a change does, and what drifted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hardway.cli import workbench
from hardway.cli.engine import Stack
from hardway.cli.failure import Failure, Refused
from hardway.cli.paths import REPOSITORY
from hardway.cli.plans import plan_path, planning
from hardway.cli.previewing import bundles_of, drift_of_stack, preview_stack
from hardway.cli.remarks import remarks
from hardway.cli.revision import Revision, checked_out
from hardway.cli.target import Target, management_of, stacks_above
from hardway.cli.throw_away import ThrowAwayRegion, ThrowAwayStack, throw_away_region

if TYPE_CHECKING:
    from hardway.cli.report import Report as Phases
    from hardway.report.model import Report, StackPreview


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be reported, and how."""

    target: Target
    phases: Phases
    flags: Sequence[str] = ()
    """For each `pulumi preview`."""
    releases: Sequence[str] = ()
    """Names of the gates that are released."""


def live_report(wanted: Wanted, *, refresh: bool = False, plans: Path | None = None) -> Report:
    """What `up` would change in the environment and, once they exist, the stacks above it: these take its cluster.

    The management stack comes first, and alone while it is not made: the environment takes what it exports.

    With `plans`, the engine's plan of each stack is in that folder: see hardway.cli.plans.
    """
    target = wanted.target
    engine = workbench.engine_binary(target)
    variables = workbench.variables(target)
    stacks: list[Stack] = []
    notes = []
    if target.management is not None:
        stacks.append(workbench.stack(target.management, engine=engine, extra=variables))
        workbench.ensure_stack(target.management, stacks[0])
        if stacks[0].is_empty():
            notes += [
                f"The stack {each.name} is not previewed: it takes {stacks[0].name}, which is not made yet."
                for each in (target, *target.above)
            ]
            return report_on(wanted, stacks, notes, refresh=refresh, plans=plans)
    stacks.append(workbench.stack(target, engine=engine, extra=variables))
    workbench.ensure_stack(target, stacks[-1])
    for each in target.above:
        stack = workbench.stack(each, engine=engine, extra=variables)
        if stack.exists():
            stacks.append(stack)
        else:
            notes.append(f"The stack {stack.name} is not made yet: it is previewed once its cluster is there.")
    return report_on(wanted, stacks, notes, refresh=refresh, plans=plans)


def report_on(
    wanted: Wanted,
    stacks: Sequence[Stack],
    notes: Sequence[str] = (),
    *,
    refresh: bool = False,
    plans: Path | None = None,
) -> Report:
    """What `up` would change in these stacks, where they are."""
    environment = wanted.target.configuration()
    bundles = bundles_of(environment.artifacts.bucket, environment.region, stacks[0].variables)
    seen = []
    for stack in stacks:
        flags = list(wanted.flags)
        if plans is not None:
            stack, flags = planning(stack), [*flags, "--save-plan", str(plan_path(plans, stack.name))]
        seen.append(preview_stack(stack, wanted.phases, flags, bundles, refresh=refresh))
    return _report(wanted, seen, notes, seconds=wanted.phases.total_seconds)


def drift_report(wanted: Wanted) -> Report:
    """What differs in the cloud from the state, in every stack that has one. Neither is touched."""
    target, environment = wanted.target, wanted.target.configuration()
    engine = workbench.engine_binary(target)
    workbench.require_region(target)
    variables = workbench.variables(target)
    bundles = bundles_of(environment.artifacts.bucket, environment.region, variables)
    stacks = [workbench.stack(each, engine=engine, extra=variables) for each in target.stacks]
    seen = [drift_of_stack(stack, wanted.phases, bundles) for stack in stacks if not stack.is_empty()]
    if not seen:
        raise Failure(f"{target.name} has no state, so there is nothing to compare the cloud with. ./hw up makes it.")
    return _report(wanted, seen, (), seconds=wanted.phases.total_seconds)


def creation_report(wanted: Wanted, why: str) -> Report:
    """What a first creation makes, in a throw-away region."""
    target, environment = wanted.target, wanted.target.configuration()
    with throw_away_region(environment.region, wanted.phases) as place:
        bundles = bundles_of(environment.artifacts.bucket, environment.region, None)
        stacks = []
        if target.management is not None:
            beneath = place.stack(target.management.name)
            stacks.append(preview_stack(beneath, wanted.phases, wanted.flags, bundles))
            _make_beneath(beneath, stacks[-1], wanted.phases)
        stacks.append(preview_stack(place.stack(target.name), wanted.phases, wanted.flags, bundles))
    notes = [f"The stack {each.name} is not previewed: it takes a cluster." for each in target.above]
    basis = f"A first creation, in a throw-away region: {why}."
    return _report(wanted, stacks, notes, basis, seconds=wanted.phases.total_seconds)


def change_report(wanted: Wanted, base: str) -> Report:
    """What the working tree changes against where it left the revision `base`. The same inputs give the same report.

    The base is made in a throw-away region first, with its own program, and the working tree is previewed on top.
    """
    environment = wanted.target.configuration()
    with (
        tempfile.TemporaryDirectory(prefix="hardway-base-") as folder,
        checked_out(base, Path(folder) / "base") as revision,
    ):
        _require_program(revision)
        notes = list(_differing_packages(revision))
        with throw_away_region(environment.region, wanted.phases) as place:
            stacks = _compared(wanted, revision, place, notes)
    return _report(wanted, stacks, notes, f"Compared with {revision}, without credentials.")


def _compared(wanted: Wanted, revision: Revision, place: ThrowAwayRegion, notes: list[str]) -> list[StackPreview]:
    """Each stack of the working tree on top of the base's; what is to be said of them is added to the notes."""
    environment = wanted.target.configuration()
    bundles = bundles_of(environment.artifacts.bucket, environment.region, None)
    stacks: list[StackPreview] = []
    beneath, before = wanted.target.management, management_of(wanted.target.name, revision.folder / "stacks")
    beneath_invented = _rehearse(place, revision, before, wanted.phases) if before else {}
    # The whole base first: once the management stack is the working tree's, the base's environment may not fit on it.
    invented = _rehearsed(place, revision, wanted.target, wanted.phases, notes)
    if beneath is not None:
        if before != beneath:
            notes.append(f"The base has no management stack {beneath.name}: all of it is new.")
            beneath_invented = {}
        head = place.stack(beneath.name, invented=beneath_invented)
        stacks.append(preview_stack(head, wanted.phases, wanted.flags, bundles))
        if before != beneath or stacks[-1].changes:
            _make_beneath(head, stacks[-1], wanted.phases)
            beneath_invented = {**beneath_invented, **head.inventions()}
    for target in (wanted.target, *wanted.target.above):
        if target != wanted.target:
            if not _is_in(revision, wanted.target):
                notes.append(f"The stack {target.name} is not previewed: the base has no cluster for it.")
                continue
            invented = _rehearsed(place, revision, target, wanted.phases, notes)
        else:
            invented = {**beneath_invented, **invented}
        head = place.stack(target.name, invented=invented)
        stacks.append(preview_stack(head, wanted.phases, wanted.flags, bundles))
    here = {target.name for target in wanted.target.above}
    gone = [name for name in stacks_above(wanted.target.name, revision.folder / "stacks") if name not in here]
    notes += [f"The stack {name} has no file any more; what it made stays until it is destroyed." for name in gone]
    return stacks


def _rehearsed(
    place: ThrowAwayRegion, revision: Revision, target: Target, phases: Phases, notes: list[str]
) -> dict[str, str]:
    """As _rehearse, for a stack that the base may not have: then nothing was made up for it, and a note says so."""
    if _is_in(revision, target):
        return _rehearse(place, revision, target, phases)
    notes.append(f"The base has no stacks/{target.stack_file.name}: all of {target.name} is new.")
    return {}


def _make_beneath(stack: ThrowAwayStack, seen: StackPreview, phases: Phases) -> None:
    """Make the management stack for the environment's preview, unless its own preview says why that cannot be."""
    if seen.succeeded:
        with phases.phase(f"Making of {stack.name}") as phase:
            stack.rehearse(lambda now: phase.say(now.headline(), now.details()))


def _rehearse(place: ThrowAwayRegion, revision: Revision, target: Target, phases: Phases) -> dict[str, str]:
    """Make the base's stack; the names of what the region made up for it."""
    with phases.phase(f"Base of {target.name}") as phase:
        stack = place.stack(target.name, source=revision.folder)
        try:
            stack.rehearse(lambda now: phase.say(now.headline(), now.details()))
        except Failure as failure:
            raise Failure(
                f"{revision} cannot be made in a throw-away region, so there is nothing to compare with. If it is old,"
                " and what it takes is no longer here, give --base a newer revision; --offline shows a first creation"
                f" instead. {failure}"
            ) from failure
        return stack.inventions()


def _require_program(revision: Revision) -> None:
    lacking = [name for name in ("Pulumi.yaml", "__main__.py", "stacks") if not (revision.folder / name).exists()]
    if lacking:
        raise Refused(
            f"{revision} is older than this program: it has no {', '.join(lacking)}. Give --base a newer revision."
        )


def _is_in(revision: Revision, target: Target) -> bool:
    return (revision.folder / "stacks" / target.stack_file.name).is_file()


def _differing_packages(revision: Revision) -> Sequence[str]:
    lock: Path = revision.folder / "uv.lock"
    if lock.is_file() and lock.read_bytes() == (REPOSITORY / "uv.lock").read_bytes():
        return ()
    return ("uv.lock differs: the base's program ran with the working tree's Python packages, too.",)


def _report(
    wanted: Wanted, stacks: Sequence[StackPreview], notes: Sequence[str], basis: str = "", seconds: float | None = None
) -> Report:
    from hardway.report.cost import cost_change
    from hardway.report.model import Report

    report = Report(
        environment=wanted.target.name,
        stacks=tuple(stacks),
        basis=basis,
        notes=tuple(notes),
        cost=cost_change(stacks),
        seconds=seconds,
    )
    return replace(report, notes=(*report.notes, *remarks(wanted.target, report, wanted.releases)))
