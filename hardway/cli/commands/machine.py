"""`./hw logs MACHINE` and `./hw shell MACHINE`."""

from __future__ import annotations

from typing import Annotated

import typer

from hardway.cli import workbench
from hardway.cli.failure import Failure, Refused
from hardway.cli.region_control import Region
from hardway.cli.target import target

MachineArgument = Annotated[str, typer.Argument(metavar="MACHINE", help="Member name, node name or instance id.")]
EnvironmentOption = Annotated[str, typer.Option("--env", "-e", help="Environment that the machine is in.")]


def logs(
    machine: MachineArgument,
    unit: Annotated[str | None, typer.Argument(help="A systemd unit, as kube-apiserver; without it the boot.")] = None,
    env: EnvironmentOption = "sandbox",
) -> None:
    """Print a machine's console, or a unit's journal. On AWS there is the console only."""
    environment_target = target(env)
    workbench.require_region(environment_target)
    if environment_target.is_sandbox:
        code = Region(environment_target.directory).forward("logs", machine, *([unit] if unit else []))
        raise typer.Exit(code)
    if unit:
        raise Refused(
            f"journals of machines in {env} cannot be read from outside: they run no SSH or agent. Leave the unit"
            f" out for the console, or start a pod there: {_debug(env)}"
        )
    from hardway.boot_console import console
    from hardway.cli.machines import client, find

    ec2 = client("ec2", environment_target.configuration().region, {})
    output = console(ec2, find(ec2, env, machine).id)
    if not output:
        raise Failure(f"EC2 has no console output of {machine} yet; it appears some minutes after the start.")
    print(output)


def shell(
    machine: MachineArgument,
    arguments: Annotated[
        list[str] | None, typer.Argument(help="A command instead of a shell.", metavar="[-- …]")
    ] = None,
    env: EnvironmentOption = "sandbox",
) -> None:
    """Open a root shell on a machine of a sandbox, or run one command there."""
    environment_target = target(env)
    workbench.require_region(environment_target)
    if not environment_target.is_sandbox:
        raise Refused(
            f"machines of {env} run no SSH or agent, by design. For a root shell on a node start a pod there:"
            f" {_debug(env)}"
        )
    command = ["--", *arguments] if arguments else []
    raise typer.Exit(Region(environment_target.directory).forward("shell", machine, *command))


def _debug(env: str) -> str:
    # Elsewhere pod security refuses what the profile asks for.
    return f"./hw kubectl {env} -- -n kube-system debug node/NODE -it --image=IMAGE --profile=sysadmin"
