"""`./hw artifacts …`: the lock of every binary and image, and the cache that holds them."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from hardway.cli.sections import Sections

app = typer.Typer(
    cls=Sections,
    help="Binaries and images that machines get: locked, cached, built or downloaded.",
    no_args_is_help=True,
)

EnvironmentArgument = Annotated[str, typer.Argument(metavar="ENV", help="Environment whose lock is meant.")]
NamesArgument = Annotated[list[str] | None, typer.Argument(help="Only these; all when left out.")]


@app.command()
def fetch(env: EnvironmentArgument, names: NamesArgument = None) -> None:
    """Have every object of the lock in the cache: downloaded where that is possible, else built from source."""
    from hardway.cli import workbench
    from hardway.cli.report import Report

    with Report().phase("Artifacts") as phase:
        workbench.fetch_artifacts(env, phase, names)


@app.command(name="list")
def show(
    env: EnvironmentArgument, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List what the lock holds and whether the cache has it."""
    from hardway.artifacts.cache import is_present
    from hardway.artifacts.lock import load_lock

    lock = load_lock(env)
    if as_json:
        entries = [{**artifact.model_dump(), "cached": is_present(artifact)} for artifact in lock.artifacts]
        print(json.dumps({"environment": env, "source": lock.source, "artifacts": entries}, indent=2))
        return
    print(f"{'name':<26} {'kind':<8} {'version':<18} {'MiB':>6}  {'license':<22} cached  sha256")
    for artifact in lock.artifacts:
        cached = "yes" if is_present(artifact) else "no"
        print(
            f"{artifact.name:<26} {artifact.kind:<8} {artifact.version:<18} {artifact.size_bytes / 2**20:>6.1f}"
            f"  {artifact.license:<22} {cached:<6}  {artifact.sha256[:16]}"
        )


@app.command()
def lock(
    env: EnvironmentArgument,
    source: Annotated[
        Literal["built", "upstream"], typer.Option(help="From source, or the publishers' binaries.")
    ] = "built",
) -> None:
    """Make the lock anew from what is built or downloaded now; its diff in git is what changed."""
    from hardway.cli import workbench
    from hardway.cli.report import Report

    with Report().phase("Lock") as phase:
        workbench.lock_artifacts(env, source, phase)
