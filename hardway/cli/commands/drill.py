"""`./hw drill restore ENV`: proves that the newest backup restores, on a machine of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hardway.cli import workbench
from hardway.cli.backing_up import Place, place_of, size, told
from hardway.cli.failure import Failure
from hardway.cli.report import Report
from hardway.cli.sections import Sections

if TYPE_CHECKING:
    from hardway.backups.documents import DrillResult

app = typer.Typer(cls=Sections, help="Rehearse what backups are for.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def drills() -> None:
    """Rehearse what backups are for."""


@app.command()
def restore(
    env: Annotated[str, typer.Argument(metavar="[ENV]", help="Environment whose newest backup to try.")] = "sandbox",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")] = False,
) -> None:
    """Restore the newest backup into a throw-away set of members and compare it with what lived. Exit 1 if it differs.

    The environment goes on as it is: a machine of its own does it, and is ended in any case.
    """
    from hardway.backups import catalogue, drill

    place, report = place_of(env), Report()
    with told(env):
        newest = catalogue.latest(place.s3, place.backup_bucket, env)
        report.note(f"Trying {newest.key}, {size(newest.snapshot_bytes)} of {newest.member}.")
        template, subnet = _machine(place)
        with report.phase("Drill") as phase, drill.drill_machine(place.ec2, template, subnet) as machine:
            result = drill.await_result(
                lambda: drill.result(place.s3, place.backup_bucket, env, machine),
                lambda: drill.boot_of(place.ec2, machine),
                phase.say,
            )
    if as_json:
        print(result.model_dump_json(indent=2))
    else:
        _show(result)
    raise typer.Exit(0 if result.equal and result.failed is None else 1)


def _machine(place: Place) -> tuple[str, str]:
    """Launch template and subnet of drills, as the environment's stack has them."""
    engine = workbench.engine_binary(place.target)
    stack = workbench.stack(place.target, engine=engine, extra=workbench.variables(place.target))
    outputs = stack.outputs()
    if not (outputs.get("drill_launch_template") and outputs.get("drill_subnet_id")):
        env = place.target.name
        raise Failure(f"stack {env} has no machine for drills yet: it comes with ./hw up {env}.")
    return str(outputs["drill_launch_template"]), str(outputs["drill_subnet_id"])


def _show(result: DrillResult) -> None:
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items())
    if result.failed is not None:
        tried = result.backup or "the newest backup"
        print(f"The drill of {tried} FAILED: {result.failed}. Until then: {steps or 'nothing'}.")
        return
    verdict = "equal to what lived" if result.equal else "NOT EQUAL to what lived"
    print(
        f"{result.backup}, restored into {result.members} members, is {verdict}:"
        f" {result.keys} objects, {size(result.snapshot_bytes)}."
    )
    print(f"  {steps}")
    for line in result.differences:
        print(f"  {line}")
