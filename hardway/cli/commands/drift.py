"""`./hw drift ENV`: what differs in the cloud from what Pulumi knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hardway.cli.failure import Failure, Refused
from hardway.cli.previewing import Form, write_report
from hardway.cli.report import Report as Phases
from hardway.cli.reports import Wanted, drift_report
from hardway.cli.target import target

DRIFTED = 2


def drift(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment to look at.")],
    form: Annotated[Form, typer.Option("--report", help="How the report is written.")] = Form.TERMINAL,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report here, not to the terminal.")
    ] = None,
) -> None:
    """Report what somebody changed or deleted behind Pulumi's back, without touching it or the state.

    Exit 0 if nothing was, 2 if something was, 1 if that cannot be told.
    """
    try:
        report = drift_report(Wanted(target=target(env), phases=Phases()))
        write_report(report, form, output)
    except Refused as refused:
        # Its exit code would say that there is drift.
        raise Failure(str(refused)) from refused
    if not report.succeeded:
        raise typer.Exit(1)
    raise typer.Exit(DRIFTED if any(stack.drift for stack in report.stacks) else 0)
