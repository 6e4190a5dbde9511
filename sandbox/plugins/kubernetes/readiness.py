"""When an object counts as ready, as the official provider judges it."""

from collections.abc import Callable
from typing import Any

Object = dict[str, Any]
Verdict = str | None
"""None when ready, else what is still missing."""


class Failed(Exception):
    """It will not become ready; the text says why."""


def deployment(live: Object) -> Verdict:
    """All replicas are of the newest revision and available."""
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    if status.get("observedGeneration", 0) < live["metadata"]["generation"]:
        return "the controller has not seen it yet"
    for condition in status.get("conditions", []):
        if condition["type"] == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise Failed(condition["message"])
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if updated == available == wanted == status.get("replicas", 0):
        return None
    return f"{available} of {wanted} replicas are available, {updated} are of the newest revision"


def daemon_set(live: Object) -> Verdict:
    """Every node that should run it runs the newest revision."""
    status = live.get("status", {})
    if status.get("observedGeneration", 0) < live["metadata"]["generation"]:
        return "the controller has not seen it yet"
    wanted, available = status["desiredNumberScheduled"], status.get("numberAvailable", 0)
    if available == wanted == status.get("updatedNumberScheduled", 0):
        return None
    return f"{available} of {wanted} pods are available"


def stateful_set(live: Object) -> Verdict:
    """All replicas are of the newest revision and ready."""
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    if status.get("observedGeneration", 0) < live["metadata"]["generation"]:
        return "the controller has not seen it yet"
    ready = status.get("readyReplicas", 0)
    newest = status.get("currentRevision") == status.get("updateRevision")
    return None if ready == wanted and newest else f"{ready} of {wanted} replicas are ready"


def condition_true(kind: str) -> Callable[[Object], Verdict]:
    """A judgement by one condition."""

    def judge(live: Object) -> Verdict:
        conditions = {one["type"]: one for one in live.get("status", {}).get("conditions", [])}
        failed = conditions.get("Failed")
        if failed and failed["status"] == "True":
            raise Failed(failed.get("message", "failed"))
        found = conditions.get(kind)
        return None if found and found["status"] == "True" else f"condition {kind} is not true"

    return judge


def phase(wanted: str) -> Callable[[Object], Verdict]:
    """A judgement by status.phase."""

    def judge(live: Object) -> Verdict:
        now = live.get("status", {}).get("phase")
        return None if now == wanted else f"its phase is {now}, not {wanted}"

    return judge


def resource_quota(live: Object) -> Verdict:
    """The controller counts against what was asked for."""
    counted = live.get("status", {}).get("hard")
    return None if counted == (live.get("spec") or {}).get("hard") else "the controller does not count by it yet"


JUDGES: dict[str, Callable[[Object], Verdict]] = {
    "Deployment": deployment,
    "DaemonSet": daemon_set,
    "StatefulSet": stateful_set,
    "Pod": condition_true("Ready"),
    "Job": condition_true("Complete"),
    "CustomResourceDefinition": condition_true("Established"),
    "Namespace": phase("Active"),
    "PersistentVolumeClaim": phase("Bound"),
    "ResourceQuota": resource_quota,
}
"""Kinds that take time; any other one is ready once it is applied."""


def endpoints(slices: list[Object]) -> Verdict:
    """A Service with a selector is ready once one endpoint is."""
    for found in slices:
        if any(one.get("conditions", {}).get("ready") for one in found.get("endpoints") or []):
            return None
    return "the Service has no ready endpoint"
