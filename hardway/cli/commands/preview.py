"""`./hw preview ENV`: what `up` would change, also without credentials and without a network."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import yaml

from hardway.cli import workbench
from hardway.cli.engine import Stack
from hardway.cli.failure import Failure
from hardway.cli.paths import REPOSITORY
from hardway.cli.policy import policy_flags
from hardway.cli.region_control import Region
from hardway.cli.target import Target, target

_SEALED_KEYS = ("encryptionsalt", "encryptedkey", "secretsprovider")


def preview(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment to preview.")],
    diff: Annotated[bool, typer.Option("--diff", help="Show every changed property.")] = False,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit 1 if anything would change.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Preview a first creation in a throw-away region, also with credentials.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the engine's JSON.")] = False,
    policy: Annotated[bool, typer.Option("--policy/--no-policy", help="Judge the change by the policy pack.")] = True,
) -> None:
    """Show what `up` would change. Without AWS credentials it previews a creation in a throw-away region."""
    environment_target = target(env)
    aws_region = environment_target.configuration().region
    flags = [
        *(["--diff"] if diff else []),
        *(["--expect-no-changes"] if expect_no_changes else []),
        *(["--json"] if as_json else []),
        *(policy_flags(environment_target) if policy else []),
    ]
    if why := "--offline" if offline else _unreachable(environment_target):
        print(f"hw: previewing the creation of {env} in a throw-away region ({why}).", file=sys.stderr)
        code = _in_throw_away_region(environment_target, aws_region, flags)
    else:
        code = _in_its_own_region(environment_target, flags)
    raise typer.Exit(1 if code else 0)


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


def _in_its_own_region(environment_target: Target, flags: list[str]) -> int:
    """Preview the environment and, once it exists, its services: these cannot be previewed without their cluster."""
    engine = workbench.engine_binary(environment_target)
    variables = workbench.variables(environment_target)
    stack = workbench.stack(environment_target, engine=engine, extra=variables)
    workbench.ensure_stack(environment_target, stack)
    code = stack.interactive("preview", *flags)
    if environment_target.services is not None:
        services = workbench.stack(environment_target.services, engine=engine, extra=variables)
        if services.exists():
            code = services.interactive("preview", *flags) or code
    return code


def _unreachable(environment_target: Target) -> str:
    """Why the environment's own region cannot be asked; empty if it can."""
    if environment_target.is_sandbox:
        return "" if Region(environment_target.directory).running() else "its own is not running"
    return "" if has_credentials() else "there are no AWS credentials"


def _in_throw_away_region(environment_target: Target, aws_region: str, flags: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="hardway-preview-") as folder:
        region = Region(Path(folder) / "region")
        project = _throw_away_project(environment_target, Path(folder) / "project")
        try:
            region.start(aws_region, api_only=True)
            stack = Stack(
                name=environment_target.name,
                binary=workbench.engine_binary(None),
                variables=region.variables(),
                logs=Path(folder) / "logs",
                project=project,
            )
            stack.create()
            return stack.interactive("preview", *flags)
        finally:
            region.reset()


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
