"""Machines and volumes that the state knows and AWS has no longer: a state that forgets them has them made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hardway.cli.engine import Stack
    from hardway.cli.report import Report

_INSTANCE = "aws:ec2/instance:Instance"
_VOLUME = "aws:ebs/volume:Volume"
_ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment"


def forget_vanished(stack: Stack, region: str, phases: Report) -> None:
    """Afterwards the state has no instance or volume that AWS has not.

    The engine believes its state: after the loss of a control plane it would say that nothing is to be done. Looking at
    everything anew at each update costs a call per resource; these few are looked for in two.
    """
    from hardway.cli.machines import client

    resources = stack.deployment().get("resources") or []
    if not any(one["type"] in (_INSTANCE, _VOLUME) for one in resources):
        return
    gone = vanished(client("ec2", region, stack.variables), resources)
    if not gone:
        return
    with phases.phase(f"Refresh of {stack.name}") as phase:
        phase.say(f"{len(gone)} resources are gone")
        targets = [flag for one in gone for flag in ("--target", str(one["urn"]))]
        stack.run("refresh", "--yes", "--skip-preview", *targets)
    ids = ", ".join(str(one["id"]) for one in gone if one["type"] != _ATTACHMENT)
    phases.note(f"AWS has no {ids} any more: they are made anew.")


def vanished(ec2: Any, resources: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The instances and volumes that are gone, and the attachments of either."""
    instances = _there(ec2, "describe_instances", "instance-id", _ids(resources, _INSTANCE))
    volumes = _there(ec2, "describe_volumes", "volume-id", _ids(resources, _VOLUME))
    gone = [
        one
        for one in resources
        if (one["type"] == _INSTANCE and one.get("id") not in instances)
        or (one["type"] == _VOLUME and one.get("id") not in volumes)
    ]
    ids = {one.get("id") for one in gone}
    return gone + [
        one
        for one in resources
        if one["type"] == _ATTACHMENT
        and ids & {(one.get("outputs") or {}).get(key) for key in ("instanceId", "volumeId")}
    ]


def _ids(resources: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    return [str(one["id"]) for one in resources if one["type"] == kind and one.get("id")]


def _there(ec2: Any, operation: str, name: str, ids: list[str]) -> set[str]:
    """Those of the ids that exist. By a filter: asked for by id, one that is gone fails the whole question."""
    if not ids:
        return set()
    pages = ec2.get_paginator(operation).paginate(Filters=[{"Name": name, "Values": ids}])
    if operation == "describe_volumes":
        return {volume["VolumeId"] for page in pages for volume in page["Volumes"]}
    return {
        instance["InstanceId"]
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] not in ("shutting-down", "terminated")
    }
