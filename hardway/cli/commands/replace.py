"""`./hw replace MACHINE`: a new machine in the place of an old one, never when that would cost the quorum."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
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
_VOLUME = "aws:ebs/volume:Volume"
_DEADLINE_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A member's etcd volume as the engine's state has it."""

    urn: str
    id: str
    protected: bool
    kept: bool
    """Whether the engine leaves it in AWS when it forgets it."""


def replace(
    machine: Annotated[str, typer.Argument(metavar="MACHINE", help="Member name, node name or instance id.")],
    env: Annotated[str, typer.Option("--env", "-e", help="Environment that the machine is in.")] = "sandbox",
    empty_volume: Annotated[
        bool, typer.Option("--empty-volume", help="Give a control plane a new, empty etcd volume.")
    ] = False,
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
    if empty_volume:
        _refuse_to_empty(cluster, found)
    if not yes and not environment_target.is_sandbox:
        volume = ", with an empty etcd volume" if empty_volume else ""
        typer.confirm(f"Replace {found.role} {found.name} ({found.id}, {found.address}) of {env}{volume}?", abort=True)
    report = Report()
    with report.phase("Drain"):
        _drain(cluster, found)
    left: Volume | None = None
    if found.role == "control-plane":
        left = _replace_member(environment_target, found, variables, report, empty_volume=empty_volume)
    else:
        _replace_worker(client("autoscaling", environment.region, variables), found)
    with report.phase("Nodes") as phase:
        _wait_until_replaced(cluster, found, lambda text: phase.say(text))
    print(f"{found.node} is replaced: {found.id} is gone, all nodes are Ready.")
    if left is not None and left.kept:
        print(f"Its old etcd volume {left.id} is kept, and nothing manages it: delete it once you do not need it.")


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


def _refuse_to_empty(cluster: Cluster, found: Machine) -> None:
    """A member's data can go only while others have it, too."""
    if found.role != "control-plane":
        raise Refused(f"{found.name} is a worker: it has no volume that outlives it. Leave --empty-volume out.")
    members = [node for node in cluster.nodes() if node.role == "control-plane"]
    if len(members) < 3:
        raise Refused(
            f"{found.name} keeps its etcd volume: with {len(members)} control plane(s) no majority has the data without"
            " it. Leave --empty-volume out."
        )


def _drain(cluster: Cluster, found: Machine) -> None:
    node = _node_of(cluster, found)
    if node is not None:
        cluster.run("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=180s")


def _node_of(cluster: Cluster, found: Machine) -> str | None:
    return next((node.name for node in cluster.nodes() if node.address == found.address), None)


def _replace_member(
    environment_target: Target, found: Machine, variables: Mapping[str, str], report: Report, *, empty_volume: bool
) -> Volume | None:
    """Have the engine make the machine anew. Answers the volume that another one took the place of, if any."""
    stack = workbench.stack(environment_target, engine=workbench.engine_binary(environment_target), extra=variables)
    resources = stack.resources()
    replaced, volume = [_urn(resources, found)], None
    if empty_volume:
        volume = _volume(resources, replaced[0])
        replaced.append(volume.urn)
        if volume.protected:
            # In the state only, and for this once: the program protects the new one again.
            stack.output("state", "unprotect", volume.urn, "--yes", "--stack", stack.name)
    with report.phase("Environment") as phase:
        stack.run(
            "up",
            "--yes",
            "--skip-preview",
            *(flag for urn in replaced for flag in ("--target-replace", urn)),
            "--target-dependents",
            on_progress=lambda now: phase.say(now.headline(), now.details()),
        )
    return volume


def _urn(resources: list[dict[str, Any]], found: Machine) -> str:
    for resource in resources:
        if resource["type"] == _INSTANCE and resource.get("id") == found.id:
            return str(resource["urn"])
    raise Failure(
        f"{found.name} ({found.id}) is in no stack's state; refresh it first: pulumi refresh --stack ENVIRONMENT."
    )


def _volume(resources: list[dict[str, Any]], instance_urn: str) -> Volume:
    """The etcd volume beside an instance: both are parts of one machine."""
    parent = next(resource["parent"] for resource in resources if resource["urn"] == instance_urn)
    for resource in resources:
        if resource["type"] == _VOLUME and resource.get("parent") == parent:
            return Volume(
                urn=str(resource["urn"]),
                id=str(resource["id"]),
                protected=bool(resource.get("protect")),
                kept=bool(resource.get("retainOnDelete")),
            )
    raise Failure(f"no stack's state has an etcd volume of {parent}; refresh it: pulumi refresh --stack ENVIRONMENT.")


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
