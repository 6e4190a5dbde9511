"""`./hw preview ENV`: what `up` would change, also without credentials and without a network."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardway.cli.commenting import post_comment, require_place
from hardway.cli.failure import Failure, Refused
from hardway.cli.gating import ReleaseOption, gates_of, refuse_closed, require_known
from hardway.cli.plans import save_plans
from hardway.cli.policy import policy_flags
from hardway.cli.previewing import Form, render, require_folder, write_report
from hardway.cli.region_control import Region
from hardway.cli.report import Report as Phases
from hardway.cli.reports import Wanted, change_report, creation_report, live_report
from hardway.cli.target import Target, target

if TYPE_CHECKING:
    from hardway.report.model import Report


def preview(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment to preview.")],
    form: Annotated[Form, typer.Option("--report", help="How the report is written.")] = Form.TERMINAL,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report here, not to the terminal.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="On the terminal, show whole files and what is created, too.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Look at the cloud first, and report what differs from the state.")
    ] = False,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit 1 if anything would change.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Preview a first creation in a throw-away region, also with credentials.")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="REV", help="Report what the working tree changes against this git revision, without credentials."
        ),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 2 if `up` would hold the change back, as it is released here.")
    ] = False,
    release: ReleaseOption = None,
    comment: Annotated[
        bool, typer.Option("--comment", help="Also make it the comment of the pull request that CI works on.")
    ] = False,
    save_plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the engine's plan, so that `up --plan FILE` does this and no more."),
    ] = None,
    policy: Annotated[bool, typer.Option("--policy/--no-policy", help="Judge the change by the policy pack.")] = True,
) -> None:
    """Report what `up` would change in all stacks of an environment, what is deleted or replaced first.

    Without AWS credentials it previews a creation in a throw-away region.
    """
    if base is not None and (offline or refresh):
        raise Refused("--base compares with a revision in a throw-away region: leave --offline and --refresh out.")
    environment_target = target(env)
    require_known(release or ())
    require_folder(output)
    require_folder(save_plan)
    if comment:
        require_place()
    flags = policy_flags(environment_target) if policy else []
    wanted = Wanted(target=environment_target, phases=Phases(), flags=flags, releases=release or ())
    why = "--offline" if offline else "" if base is not None else _unreachable(environment_target)
    if save_plan is not None and (base is not None or why):
        raise Refused(f"a plan is for what runs, and this preview is of a throw-away region ({why or '--base'}).")
    if refresh and why:
        raise Refused(f"--refresh looks at what runs, and this preview is of a throw-away region ({why}).")
    if base is not None:
        report = change_report(wanted, base)
    elif why:
        print(f"hw: previewing the creation of {env} in a throw-away region ({why}).", file=sys.stderr)
        report = creation_report(wanted, why)
    else:
        report = _live(wanted, save_plan, refresh=refresh)
    write_report(report, form, output, details=diff)
    if comment:
        post_comment(env, render(report, Form.MARKDOWN))
    if gate:
        refuse_closed(environment_target, gates_of(environment_target, report), wanted.releases)
    raise typer.Exit(1 if not report.succeeded or (expect_no_changes and report.changed) else 0)


def _live(wanted: Wanted, save_plan: Path | None, *, refresh: bool) -> Report:
    if save_plan is None:
        return live_report(wanted, refresh=refresh)
    with tempfile.TemporaryDirectory(prefix="hardway-plan-") as folder:
        report = live_report(wanted, refresh=refresh, plans=Path(folder))
        if report.succeeded:
            save_plans(save_plan, report.environment, Path(folder), [stack.stack for stack in report.stacks])
    return report


def has_credentials() -> bool:
    """Whether this process would find AWS credentials anywhere that AWS tools look."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import get_session

    try:
        return get_session().get_credentials() is not None
    except BotoCoreError as error:
        raise Failure(
            f"the AWS credentials of this computer cannot be read: {error}. Mend them, or preview with --offline."
        ) from error


def _unreachable(environment_target: Target) -> str:
    """Why the environment's own region cannot be asked; empty if it can."""
    if environment_target.is_sandbox:
        return "" if Region(environment_target.directory).running() else "its own is not running"
    return "" if has_credentials() else "there are no AWS credentials"
