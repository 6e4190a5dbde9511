"""Empties a node through the Eviction API, so that disruption budgets hold. One step at a time: nothing waits here."""

from __future__ import annotations

from .api import Api, Json, Refused

_MIRROR = "kubernetes.io/config.mirror"


def drain(api: Api, name: str) -> list[str]:
    """Nothing new comes to the node, and what may go has been asked to. Answers who is still there, and why.

    A node that is not there, or does not answer, has nobody to wait for: its pods end with its machine.
    """
    try:
        node = api.get(f"/api/v1/nodes/{name}")
    except Refused as error:
        if error.status == 404:
            return []
        raise
    if silent(node):
        return []
    if not node["spec"].get("unschedulable"):
        body = {"spec": {"unschedulable": True}}
        api.call("PATCH", f"/api/v1/nodes/{name}", body, "application/merge-patch+json")
    pods = api.get(f"/api/v1/pods?fieldSelector=spec.nodeName%3D{name}")["items"]
    return [text for pod in pods if leaves(pod) and (text := _evict(api, pod)) is not None]


def silent(node: Json) -> bool:
    """Whether the node has not been heard of for the cluster's grace period."""
    conditions = node.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "Unknown" for one in conditions)


def leaves(pod: Json) -> bool:
    """Whether the pod has to be gone: not one of a DaemonSet or of the node itself, nor one that has ended."""
    metadata = pod["metadata"]
    owners = {owner["kind"] for owner in metadata.get("ownerReferences", ()) if owner.get("controller")}
    ended = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return not ended and "DaemonSet" not in owners and _MIRROR not in metadata.get("annotations", {})


def _evict(api: Api, pod: Json) -> str | None:
    """None once the pod is gone; its name and what it waits for otherwise."""
    metadata = pod["metadata"]
    name, namespace = metadata["name"], metadata["namespace"]
    if metadata.get("deletionTimestamp"):
        return f"{namespace}/{name} is ending"
    target = {"name": name, "namespace": namespace}
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": target,
        # Not another pod of that name, which has come in the meantime.
        "deleteOptions": {"preconditions": {"uid": metadata["uid"]}},
    }
    try:
        api.call("POST", f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", body)
    except Refused as error:
        # 429: a budget says not now. The next step asks again.
        return None if error.status == 404 else f"{namespace}/{name}: {error}"
    return f"{namespace}/{name} is ending"
