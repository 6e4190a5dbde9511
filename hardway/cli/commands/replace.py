"""`./hw replace MACHINE`: a new machine in the place of an old one, never when that would cost the quorum."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hardway.cli import workbench
from hardway.cli.failure import Failure, Refused
from hardway.cli.report import Report
from hardway.cli.target import Target, target

if TYPE_CHECKING:
    from hardway.cli.cluster import Cluster
    from hardway.cli.machines import Machine

_INSTANCE = "aws:ec2/instance:Instance"
_DEADLINE_SECONDS = 900


def replace(
    machine: Annotated[str, typer.Argument(metavar="MACHINE", help="Member name, node name or instance id.")],
    env: Annotated[str, typer.Option("--env", "-e", help="Environment that the machine is in.")] = "sandbox",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing. A sandbox never asks.")] = False,
) -> None:
    """Replace one machine: drained, ended, made anew and Ready again. Refuses if another one is not well."""
    from hardway.cli.machines import client, find

    environment_target = target(env)
    environment = environment_target.configuration()
    workbench.require_region(environment_target)
    variables = workbench.variables(environment_target)
    found = find(client("ec2", environment.region, variables), env, machine)
    cluster = workbench.cluster(environment_target)
    _refuse_if_unwell(cluster, found)
    if not yes and not environment_target.is_sandbox:
        typer.confirm(f"Replace {found.role} {found.name} ({found.id}, {found.address}) of {env}?", abort=True)
    report = Report()
    with report.phase("Drain"):
        _drain(cluster, found)
    if found.role == "control-plane":
        _replace_member(environment_target, found, variables, report)
    else:
        _replace_worker(client("autoscaling", environment.region, variables), found)
    with report.phase("Nodes") as phase:
        _wait_until_replaced(cluster, found, lambda text: phase.say(text))
    print(f"{found.node} is replaced: {found.id} is gone, all nodes are Ready.")


def _refuse_if_unwell(cluster: Cluster, found: Machine) -> None:
    """One machine at a time: while another control plane is down, losing this one may lose the quorum."""
    if (reason := cluster.api_reason()) is not None:
        raise Refused(f"{found.name} is not replaced while the API is not ready: {reason}.")
    others = [node for node in cluster.nodes() if node.address != found.address]
    # A worker may go while another one is away; a control plane may not go while another member is.
    peers = [node for node in others if node.role == "control-plane"] if found.role == "control-plane" else others
    unwell = [node for node in peers if not node.ready]
    if unwell:
        names = ", ".join(f"{node.name} ({node.reason})" for node in unwell)
        raise Refused(
            f"{found.name} is not replaced while another machine is not well: {names}. Mend or replace that one first."
        )


def _drain(cluster: Cluster, found: Machine) -> None:
    node = _node_of(cluster, found)
    if node is not None:
        cluster.run(
            "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=180s"
        )


def _node_of(cluster: Cluster, found: Machine) -> str | None:
    return next((node.name for node in cluster.nodes() if node.address == found.address), None)


def _replace_member(
    environment_target: Target, found: Machine, variables: Mapping[str, str], report: Report
) -> None:
    stack = workbench.stack(environment_target, engine=workbench.engine_binary(environment_target), extra=variables)
    urn = _urn(stack.resources(), found)
    with report.phase("Environment") as phase:
        stack.run(
            "up",
            "--yes",
            "--skip-preview",
            "--target-replace",
            urn,
            "--target-dependents",
            on_progress=lambda now: phase.say(now.headline(), now.details()),
        )


def _urn(resources: list[dict[str, Any]], found: Machine) -> str:
    for resource in resources:
        if resource["type"] == _INSTANCE and resource.get("id") == found.id:
            return str(resource["urn"])
    raise Failure(
        f"{found.name} ({found.id}) is in no stack's state; refresh it first: pulumi refresh --stack ENVIRONMENT."
    )


def _replace_worker(autoscaling: Any, found: Machine) -> None:
    """End it and leave the rest to its group, whose wanted number stays."""
    autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=found.id, ShouldDecrementDesiredCapacity=False)


def _wait_until_replaced(cluster: Cluster, found: Machine, say: Any) -> None:
    """Return when as many nodes as before are Ready and the old machine's node is not among them."""
    before = cluster.nodes()
    old = next((node.name for node in before if node.address == found.address), None)
    deadline = time.monotonic() + _DEADLINE_SECONDS
    if found.role != "control-plane" and old is not None:
        # A worker's node goes by its address, and the next machine has another one.
        cluster.run("delete", "node", old, "--ignore-not-found")
    cluster.wait_for_api(deadline, say)
    nodes = cluster.wait_for_nodes(
        len(before), deadline, lambda now: say(f"{sum(node.ready for node in now)} of {len(before)} Ready")
    )
    if found.role == "control-plane" and old is not None and any(node.name == old for node in nodes):
        cluster.run("uncordon", old)
