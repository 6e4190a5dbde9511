"""`./hw comment ENV FILE`: posts a report that another run of CI made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hardway.cli.commenting import post_comment, read_report
from hardway.cli.target import target

_WARNING = "> Made by the code of the pull request, which may say here what it likes: see the run for what it did.\n\n"


def comment(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment that the report is about.")],
    report: Annotated[Path, typer.Argument(metavar="FILE", help="A report as Markdown, as --report markdown writes.")],
) -> None:
    """Post a report as the one comment for an environment on the pull request that this CI run is about.

    For a workflow that runs after the one that previewed, when that one must not write: a pull request of a fork.
    """
    post_comment(target(env).name, _WARNING + read_report(report))
