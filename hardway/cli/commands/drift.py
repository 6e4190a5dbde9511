"""`./hw drift ENV`: what differs in the cloud from what Pulumi knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from hardway.cli.failure import Failure, Refused
from hardway.cli.previewing import Form, require_folder, write_report
from hardway.cli.report import Report as Phases
from hardway.cli.reports import Wanted, drift_report
from hardway.cli.target import target

DRIFTED = 2


class Look(TyperCommand):
    """The command, which exits 2 if there is drift and never for a slip of the pen."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """As ever, but that an option which does not exist ends with 1."""
        try:
            return super().make_context(*arguments, **more)
        except Exception as error:
            if getattr(error, "exit_code", None) == DRIFTED:
                error.exit_code = 1  # type: ignore[attr-defined]
            raise


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
        require_folder(output)
        report = drift_report(Wanted(target=target(env), phases=Phases()))
        write_report(report, form, output)
    except Refused as refused:
        # Its exit code would say that there is drift.
        raise Failure(str(refused)) from refused
    if not report.succeeded:
        raise typer.Exit(1)
    raise typer.Exit(DRIFTED if any(stack.drift for stack in report.stacks) else 0)
