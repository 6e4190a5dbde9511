"""Refuses what a gate holds back, and says which name releases it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hardway.cli.failure import Refused
from hardway.cli.target import Target

if TYPE_CHECKING:
    from hardway.gate.gates import Gate
    from hardway.report.model import Report

ReleaseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--release",
        metavar="NAME",
        envvar="HARDWAY_RELEASE",
        help="Let through what is held back under this name, as replace:control-plane. More than once if need be.",
    ),
]


def gates_of(target: Target, report: Report | None) -> tuple[Gate, ...]:
    """Every gate that an update of the environment comes to; without a report those of a first creation.

    A sandbox is where versions past their end are tried and left behind, so that is held back elsewhere only; and
    what stays as it is runs on, however old it is.
    """
    from hardway.gate.gates import gates, version_gates

    environment = target.configuration()
    found: tuple[Gate, ...] = ()
    if report is not None:
        found += gates(report, deletes=environment.gates.deletes)
    if not target.is_sandbox and (report is None or report.changed):
        found += version_gates(environment.versions, datetime.now(UTC).date())
    return found


def require_known(releases: Collection[str]) -> None:
    """Refused if one of the releases is the name of no gate: a slip of the pen is told before anything is begun."""
    from hardway.gate.gates import names

    for release in releases:
        if release not in names():
            raise Refused(f"--release {release} releases nothing; what can be released: {', '.join(names())}.")


def refuse_closed(target: Target, found: Sequence[Gate], releases: Collection[str]) -> None:
    """Refused with every gate that none of the releases opens."""
    shut = [gate for gate in found if gate.name not in releases]
    if shut:
        reasons = "\n".join(f"  {gate.what}: {gate.why}.\n    --release {gate.name}" for gate in shut)
        raise Refused(f"{target.name} is held back, and nothing was touched:\n{reasons}")


def notes_on(found: Sequence[Gate], releases: Collection[str]) -> tuple[str, ...]:
    """What a report says of the gates."""
    return tuple(
        f"Released by {gate.name}: {gate.what}."
        if gate.name in releases
        else f"Held back until released by {gate.name}: {gate.what}. {gate.why[:1].upper()}{gate.why[1:]}."
        for gate in found
    )
