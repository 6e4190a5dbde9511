"""Posts a report as the comment of the pull request that CI works on."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

from hardway.cli.failure import Failure, Refused

_LARGEST_FILE: Final = 1_000_000


def require_place() -> None:
    """Refused if this run has nowhere to put a comment: told before minutes are spent on the report."""
    from hardway.comment.forge import ForgeError
    from hardway.comment.place import place

    try:
        place(os.environ)
    except ForgeError as error:
        raise Refused(f"--comment: {error}") from error


def post_comment(environment: str, report: str) -> None:
    """The pull request has the report as its one comment for the environment; says what was done on stderr."""
    from hardway.comment.forge import ForgeError
    from hardway.comment.place import place
    from hardway.comment.publish import publish

    try:
        where = place(os.environ)
        forge = where.forge()
        pull = where.find_pull(forge)
        if pull is None:
            print("hw: no open pull request has this run's commit as its head; nothing is posted.", file=sys.stderr)
            return
        outcome = publish(forge, pull=pull, environment=environment, run=where.run, report=report)
    except ValueError as error:
        raise Refused(f"{error}; ./hw preview --report markdown makes one that fits.") from error
    except ForgeError as error:
        raise Failure(f"the comment of {environment} was not posted: {error}") from error
    print(f"hw: the comment of {environment} on pull request {pull} is {outcome}.", file=sys.stderr)


def read_report(path: Path) -> str:
    """A report that another run wrote: an ordinary file of text, and no link to some file of this computer."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_FILE:
            raise Refused(f"{path} is no ordinary file of a report's size.")
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read as a report: {error}.") from error
