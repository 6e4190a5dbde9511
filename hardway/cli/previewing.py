"""Previews stacks by the engine's event log and writes what they tell, for people and for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardway.cli.failure import Refused

if TYPE_CHECKING:
    from hardway.cli.engine import Stack
    from hardway.cli.recording import Recording
    from hardway.cli.report import Report as Phases
    from hardway.report.contents import Bundles
    from hardway.report.model import Report, StackPreview


class Form(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def preview_stack(
    stack: Stack, phases: Phases, flags: Sequence[str], bundles: Bundles, *, refresh: bool = False
) -> StackPreview:
    """The preview of one stack, with what differs inside of files. A preview that fails is one that says why."""
    from hardway.report.contents import with_contents
    from hardway.report.events import read_events

    with phases.phase(f"Preview of {stack.name}") as phase:
        recording = stack.record(
            "preview",
            *flags,
            *(["--refresh"] if refresh else []),
            on_progress=lambda now: phase.say(now.headline(), now.details()),
        )
    return with_contents(_judged(read_events(stack.name, recording.events, refreshed=refresh), recording), bundles)


def drift_of_stack(stack: Stack, phases: Phases, bundles: Bundles) -> StackPreview:
    """What differs in the cloud from the stack's state. A look that fails is one that says why."""
    from hardway.report.contents import with_contents
    from hardway.report.drift import read_drift

    with phases.phase(f"Look at {stack.name}") as phase:
        recording = stack.record(
            "refresh", "--preview-only", on_progress=lambda now: phase.say(now.headline(), now.details())
        )
    return with_contents(_judged(read_drift(stack.name, recording.events), recording), bundles)


def _judged(seen: StackPreview, recording: Recording) -> StackPreview:
    """What was seen, failed if the engine did, and never without a reason."""
    from hardway.report.model import Diagnostic
    from hardway.report.values import redacted

    if recording.exit_code == 0:
        return seen
    seen = replace(seen, succeeded=False)
    if seen.diagnostics or any(finding.mandatory for finding in seen.findings):
        return seen
    return replace(seen, diagnostics=(Diagnostic(severity="error", message=redacted(recording.last_lines())),))


def bundles_of(bucket: str, region: str, variables: Mapping[str, str] | None) -> Bundles:
    """Bundles of this computer's cache, and of the environment's bucket if there are `variables` to ask it with."""
    from hardway.report.bundles import StoredBundles

    if variables is None:
        return StoredBundles()

    def fetch(key: str) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError

        from hardway.cli.machines import client

        s3: Any = client("s3", region, variables)
        try:
            content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise LookupError(f"it is not on this computer, and the bucket {bucket} says: {error}") from error
        return bytes(content)

    return StoredBundles(fetch)


def require_folder(path: Path | None) -> None:
    """Refused if there is no folder for a file that is to be written once all is done."""
    if path is not None and not path.absolute().parent.is_dir():
        raise Refused(f"there is no folder {path.parent} to write {path.name} into. Make it, or name another one.")


def write_report(report: Report, form: Form, output: Path | None, *, details: bool = False) -> None:
    """Write the report to a file, or else to standard output."""
    text = render(report, form, colour=output is None and _colours(), details=details)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text)
    except OSError as error:
        raise Refused(
            f"the report cannot be written to {output}: {error.strerror}. Give --output another path."
        ) from error
    print(f"hw: the report is in {output}.", file=sys.stderr)


def render(report: Report, form: Form, *, colour: bool = False, details: bool = False) -> str:
    """The report in that form; colours and details are the terminal's."""
    if form is Form.TERMINAL:
        from hardway.report import terminal

        return terminal.render(
            report, colour=colour, details=details, width=shutil.get_terminal_size((120, 50)).columns
        )
    if form is Form.MARKDOWN:
        from hardway.report import markdown

        return markdown.render(report)
    if form is Form.HTML:
        from hardway.report import html

        return html.render(report)
    from hardway.report import as_json

    return as_json.render(report)


def _colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
