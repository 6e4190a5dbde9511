"""Kubernetes objects that no rule objects to, in the shape that this repository's components give them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from policy.rule import Resource
from tests.policy.resources import resource

LABELS: Final = {"app.kubernetes.io/name": "demo"}
IMAGE: Final = f"hardway.local/agnhost@sha256:{'0f' * 32}"

CONTAINER: Final[dict[str, Any]] = {
    "name": "demo",
    "image": IMAGE,
    "args": ["netexec", "--http-port=8080"],
    "ports": [{"name": "http", "containerPort": 8080}],
    "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
    "livenessProbe": {"httpGet": {"path": "/hostname", "port": "http"}, "periodSeconds": 10},
    "readinessProbe": {"httpGet": {"path": "/hostname", "port": "http"}, "periodSeconds": 2},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    },
}
POD: Final[dict[str, Any]] = {
    "automountServiceAccountToken": False,
    "containers": [CONTAINER],
    "securityContext": {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": LABELS},
        }
    ],
    "volumes": [{"name": "configuration", "configMap": {"name": "demo"}}],
}

KINDS: Final = {
    "Pod": "v1",
    "PodTemplate": "v1",
    "ReplicationController": "v1",
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "CronJob": "batch/v1",
    "Job": "batch/v1",
}
"""Every kind of workload, with its apiVersion."""


def object_of(
    api_version: str,
    kind: str,
    properties: Mapping[str, Any],
    *,
    namespace: Any = "demo",
    name: Any = "demo",
    **more: Any,
) -> Resource:
    """An object as the engine hands it to the pack."""
    group = api_version if "/" in api_version else f"core/{api_version}"
    metadata = {"name": name, "namespace": namespace, **properties.get("metadata", {})}
    whole = {"apiVersion": api_version, "kind": kind, **copy.deepcopy(dict(properties)), "metadata": metadata}
    return resource(f"kubernetes:{group}:{kind}", whole, name=f"demo-{kind.lower()}", **more)


def workload(kind: str, spec: Any, **more: Any) -> Resource:
    """A workload of that kind whose pods have that spec."""
    template = {"metadata": {"labels": LABELS}, "spec": spec}
    properties: dict[str, Any] = {
        "Pod": template,
        "PodTemplate": {"template": template},
        "CronJob": {"spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}},
    }.get(kind, {"spec": {"template": template}})
    return object_of(KINDS[kind], kind, properties, **more)


def deployment(spec: Any = POD, *, replicas: Any = 2, labels: Any = LABELS, **more: Any) -> Resource:
    """A Deployment of pods with that spec."""
    template = {"metadata": {"labels": labels}, "spec": spec}
    selector = {"matchLabels": LABELS}
    properties = {"spec": {"replicas": replicas, "selector": selector, "template": template}}
    return object_of("apps/v1", "Deployment", properties, **more)


def patch(spec: Any) -> Resource:
    """A patch of a Deployment that somebody else makes."""
    whole = deployment(spec)
    return resource("kubernetes:apps/v1:DeploymentPatch", whole.properties, name="demo-patch")


def pod(**changes: Any) -> dict[str, Any]:
    """The compliant pod with other values for some keys of its spec."""
    return {**copy.deepcopy(POD), **changes}


def with_container(role: str = "containers", **changes: Any) -> dict[str, Any]:
    """The compliant pod with one more container of that role, compliant but for the changes."""
    others = POD["containers"] if role == "containers" else []
    return pod(**{role: [*others, {**copy.deepcopy(CONTAINER), **changes}]})


def of_container(**changes: Any) -> dict[str, Any]:
    """The compliant pod, its container with other values for some keys."""
    return pod(containers=[{**copy.deepcopy(CONTAINER), **changes}])


def context(**changes: Any) -> dict[str, Any]:
    """The compliant container's security context with other values for some keys; None takes a key out."""
    merged = {**CONTAINER["securityContext"], **changes}
    return {key: value for key, value in merged.items() if value is not None}


def pod_context(**changes: Any) -> dict[str, Any]:
    """The compliant pod's security context with other values for some keys; None takes a key out."""
    merged = {**POD["securityContext"], **changes}
    return {key: value for key, value in merged.items() if value is not None}
