"""`./hw sandbox …`: the region in a box itself."""

from __future__ import annotations

import json
import os
import shlex
from typing import Annotated

import typer

from hardway.cli import workbench
from hardway.cli.failure import Refused
from hardway.cli.region_control import Region
from hardway.cli.sections import Sections
from hardway.cli.target import Target

app = typer.Typer(cls=Sections, help="The AWS region in a box that sandboxes live in.", no_args_is_help=True)

EnvironmentArgument = Annotated[str, typer.Argument(metavar="[ENV]", help="Sandbox whose region is meant.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _forward(env: str, *arguments: str) -> None:
    raise typer.Exit(Region(_sandbox(env).directory).forward(*arguments))


def _sandbox(env: str) -> Target:
    """No stack file is needed: what is left of a region must be removable after its stack file is gone."""
    sandbox = Target(env)
    if not sandbox.is_sandbox:
        raise Refused(f"{env} is no sandbox; the name of a sandbox is `sandbox` or begins with `sandbox-`.")
    return sandbox


@app.command()
def start(
    env: EnvironmentArgument = "sandbox",
    api_only: Annotated[bool, typer.Option("--api-only", help="The AWS API without machines; needs no root.")] = False,
) -> None:
    """Start the region; does nothing if it runs."""
    _forward(env, "start", *(["--api-only"] if api_only else []))


@app.command()
def status(env: EnvironmentArgument = "sandbox", as_json: JsonOption = False) -> None:
    """Tell whether the region runs, where, and with how many machines."""
    _forward(env, "status", *(["--json"] if as_json else []))


@app.command()
def stop(env: EnvironmentArgument = "sandbox") -> None:
    """Power the machines off and end the region; what it held is lost, so stacks must be destroyed first or reset."""
    _forward(env, "stop")


@app.command()
def reset(
    env: EnvironmentArgument = "sandbox",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
) -> None:
    """Remove the region and every trace of it: processes, namespaces, mounts, devices, files, stack state."""
    directory = _sandbox(env).directory
    if directory.exists() and not yes:
        typer.confirm(f"Remove the region in {directory} with all that it holds?", abort=True)
    _forward(env, "reset")


@app.command(name="env")
def variables(env: EnvironmentArgument = "sandbox", as_json: JsonOption = False) -> None:
    """Print the variables that point a plain pulumi or aws command at the region: eval "$(./hw sandbox env)"."""
    found = dict(workbench.variables(_sandbox(env)))
    # The engine that the commands here use may be one that was built, and so on nobody's PATH.
    engine = str(workbench.engine_binary(None).parent)
    path = found.get("PATH") or os.environ.get("PATH", os.defpath)
    found["PATH"] = path if engine in path.split(os.pathsep) else f"{path}{os.pathsep}{engine}"
    if as_json:
        print(json.dumps(found))
    else:
        print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in found.items()))
