"""`./hw preview ENV`: what `up` would change, also without credentials and without a network."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from hardway.cli import workbench
from hardway.cli.engine import Stack
from hardway.cli.failure import Failure
from hardway.cli.paths import REPOSITORY
from hardway.cli.policy import policy_flags
from hardway.cli.previewing import Form, bundles_of, preview_stack, write_report
from hardway.cli.region_control import Region
from hardway.cli.report import Report as Phases
from hardway.cli.target import Target, target

if TYPE_CHECKING:
    from hardway.report.model import Report

_SEALED_KEYS = ("encryptionsalt", "encryptedkey", "secretsprovider")


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
    policy: Annotated[bool, typer.Option("--policy/--no-policy", help="Judge the change by the policy pack.")] = True,
) -> None:
    """Report what `up` would change in all stacks of an environment, what is deleted or replaced first.

    Without AWS credentials it previews a creation in a throw-away region.
    """
    environment_target = target(env)
    phases = Phases()
    flags = policy_flags(environment_target) if policy else []
    if why := "--offline" if offline else _unreachable(environment_target):
        print(f"hw: previewing the creation of {env} in a throw-away region ({why}).", file=sys.stderr)
        report = _in_throw_away_region(environment_target, phases, flags, why)
    else:
        report = _in_its_own_region(environment_target, phases, flags, refresh=refresh)
    write_report(report, form, output, details=diff)
    raise typer.Exit(1 if not report.succeeded or (expect_no_changes and report.changed) else 0)


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


def _in_its_own_region(environment_target: Target, phases: Phases, flags: list[str], *, refresh: bool) -> Report:
    """Preview the environment and, once it exists, its services: these cannot be previewed without their cluster."""
    from hardway.report.cost import cost_change
    from hardway.report.model import Report

    environment = environment_target.configuration()
    engine = workbench.engine_binary(environment_target)
    variables = workbench.variables(environment_target)
    bundles = bundles_of(environment.artifacts.bucket, environment.region, variables)
    stack = workbench.stack(environment_target, engine=engine, extra=variables)
    workbench.ensure_stack(environment_target, stack)
    stacks = [preview_stack(stack, phases, flags, bundles, refresh=refresh)]
    notes = []
    if environment_target.services is not None:
        services = workbench.stack(environment_target.services, engine=engine, extra=variables)
        if services.exists():
            stacks.append(preview_stack(services, phases, flags, bundles, refresh=refresh))
        else:
            notes.append(f"The stack {services.name} is not made yet: it is previewed once its cluster is there.")
    return Report(
        environment=environment_target.name,
        stacks=tuple(stacks),
        notes=tuple(notes),
        cost=cost_change(stacks),
        seconds=phases.total_seconds,
    )


def _unreachable(environment_target: Target) -> str:
    """Why the environment's own region cannot be asked; empty if it can."""
    if environment_target.is_sandbox:
        return "" if Region(environment_target.directory).running() else "its own is not running"
    return "" if has_credentials() else "there are no AWS credentials"


def _in_throw_away_region(environment_target: Target, phases: Phases, flags: list[str], why: str) -> Report:
    from hardway.report.cost import cost_change
    from hardway.report.model import Report

    environment = environment_target.configuration()
    with tempfile.TemporaryDirectory(prefix="hardway-preview-") as folder:
        region = Region(Path(folder) / "region")
        project = _throw_away_project(environment_target, Path(folder) / "project")
        try:
            with phases.phase("Throw-away region") as phase:
                region.start(environment.region, api_only=True, on_line=phase.say)
                stack = Stack(
                    name=environment_target.name,
                    binary=workbench.engine_binary(None),
                    variables=region.variables(),
                    logs=Path(folder) / "logs",
                    project=project,
                )
                stack.create()
            bundles = bundles_of(environment.artifacts.bucket, environment.region, None)
            seen = preview_stack(stack, phases, flags, bundles)
        finally:
            region.reset()
    notes = []
    if environment_target.services is not None:
        notes.append(f"The stack {environment_target.services.name} is not previewed: it takes a cluster.")
    return Report(
        environment=environment_target.name,
        stacks=(seen,),
        basis=f"A first creation, in a throw-away region: {why}.",
        notes=tuple(notes),
        cost=cost_change([seen]),
        seconds=phases.total_seconds,
    )


def _throw_away_project(environment_target: Target, project: Path) -> Path:
    """A project folder that runs the repository's program on a copy of the stack file.

    The engine writes into the stack file when it makes a stack, and the real one may be sealed by a key service that
    cannot be asked here; so the copy drops the seal and every value under it.
    """
    stacks = project / "stacks"
    stacks.mkdir(parents=True)
    document = environment_target.document()
    for key in _SEALED_KEYS:
        document.pop(key, None)
    document["config"] = {
        key: value
        for key, value in (document.get("config") or {}).items()
        if not (isinstance(value, dict) and "secure" in value)
    }
    (stacks / environment_target.stack_file.name).write_text(yaml.safe_dump(document, sort_keys=False))
    settings = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())
    settings["main"] = str(REPOSITORY)
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return project
