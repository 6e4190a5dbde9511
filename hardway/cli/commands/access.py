"""`./hw kubeconfig ENV` and `./hw kubectl ENV -- …`: the way into a cluster from here."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from hardway.cli import workbench
from hardway.cli.target import target


def kubeconfig(env: Annotated[str, typer.Argument(metavar="ENV", help="Environment whose cluster to reach.")]) -> None:
    """Write the operator's kubeconfig (mode 0600) and print its path, for KUBECONFIG=$(./hw kubeconfig ENV)."""
    environment_target = target(env)
    workbench.require_region(environment_target)
    engine = workbench.engine_binary(environment_target)
    stack = workbench.stack(environment_target, engine=engine, extra=workbench.variables(environment_target))
    print(workbench.save_kubeconfig(environment_target, stack))


def kubectl(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment whose cluster to talk to.")],
    arguments: Annotated[list[str] | None, typer.Argument(help="What to say to kubectl.", metavar="-- …")] = None,
) -> None:
    """Run kubectl against an environment's cluster: ./hw kubectl sandbox -- get pods -A."""
    environment_target = target(env)
    found = workbench.cluster(environment_target)
    command = [str(found.kubectl), "--kubeconfig", str(found.kubeconfig), *(arguments or [])]
    os.execv(command[0], command)
