"""`./hw destroy ENV`: takes an environment down, in reverse order, unless something in it is protected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hardway.cli import workbench
from hardway.cli.engine_events import short
from hardway.cli.failure import Refused
from hardway.cli.recovering import recover
from hardway.cli.report import Report
from hardway.cli.target import Target, target


def destroy(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment to take down.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for the environment's name.")] = False,
) -> None:
    """Destroy an environment. Asks for its name; refuses while anything in it is protected."""
    environment_target = target(env)
    workbench.require_region(environment_target)
    engine = workbench.engine_binary(environment_target)
    variables = workbench.variables(environment_target)
    stacks = [
        workbench.stack(each, engine=engine, extra=variables)
        for each in (environment_target.services, environment_target)
        if each is not None
    ]
    stacks = [stack for stack in stacks if stack.exists()]
    report, region = Report(), environment_target.configuration().region
    for stack in stacks:
        recover(stack, region, report)
    resources = {stack.name: stack.resources() for stack in stacks}
    if not any(resources.values()):
        print(f"{env} has no resources; nothing to destroy.")
        return
    _refuse_if_protected(environment_target, resources)
    if not yes:
        count = sum(map(len, resources.values()))
        typed = typer.prompt(f"This deletes {count} resources of {env} for good. Type the environment's name to go on")
        if typed.strip() != env:
            raise Refused(f"{typed.strip()!r} is not {env!r}; nothing was touched.")
    for stack in stacks:
        with report.phase(f"Destroy {stack.name}") as phase:
            stack.run(
                "destroy",
                "--yes",
                "--skip-preview",
                on_progress=lambda now, phase=phase: phase.say(now.headline(), now.details()),  # type: ignore[misc]
            )
    environment_target.kubeconfig.unlink(missing_ok=True)
    if environment_target.is_sandbox:
        print(f"{env} is destroyed. Its empty region still runs: ./hw sandbox reset removes every trace of it.")
    else:
        print(f"{env} is destroyed.")
    _tell_of_backups(environment_target)


def _tell_of_backups(environment_target: Target) -> None:
    """What brings the environment back is not destroyed with it."""
    beneath = environment_target.management
    if beneath is not None:
        print(f"Its backups stay, in stack {beneath.name}; this deletes them: pulumi destroy --stack {beneath.name}")


def _refuse_if_protected(environment_target: Target, resources: dict[str, list[dict[str, Any]]]) -> None:
    found = {
        stack: [short(one["urn"]) for one in entries if one.get("protect")] for stack, entries in resources.items()
    }
    protected = [resource for of_stack in found.values() for resource in of_stack]
    if not protected:
        return
    # First what nothing else brings back.
    protected.sort(key=lambda resource: ":Volume" not in resource)
    shown = ", ".join(protected[:6]) + (f" and {len(protected) - 6} more" if len(protected) > 6 else "")
    data = " and `protect_data: false` under `hardway:control_plane`"
    releases = [
        f"`hardway:deletion_protection: false`{data if stack == environment_target.name else ''}"
        f" in stacks/{Target(stack).stack_file.name}"
        for stack, of_stack in found.items()
        if of_stack
    ]
    raise Refused(
        f"{environment_target.name} holds protected data, so it is not destroyed: {shown}. To release it, set"
        f" {', and '.join(releases)}, run ./hw up {environment_target.name}, and try again."
        " A backup first is wise: what is deleted here cannot be had back."
    )
