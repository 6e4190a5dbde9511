"""The pods that a resource will run, whatever kind of workload it is, and what holds for each container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy.kubernetes_objects import CORE, KubernetesObject, elements, entries, read_object, value_at
from policy.resource import UNKNOWN, Resource, is_known
from policy.settings import Settings

_TEMPLATE: Final = ("spec", "template")
TEMPLATES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    (CORE, "Pod"): (),
    (CORE, "PodTemplate"): ("template",),
    (CORE, "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): _TEMPLATE,
}
"""Where each kind of workload keeps metadata and spec of its pods."""

Role = Literal["container", "init container", "ephemeral container"]
ROLES: Final[Mapping[str, Role]] = {
    "containers": "container",
    "initContainers": "init container",
    "ephemeralContainers": "ephemeral container",
}


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of one workload."""

    workload: KubernetesObject
    metadata: Any
    spec: Any

    def at(self, *path: str) -> Any:
        """The value at a path of the pod's spec; UNKNOWN also for what a patch leaves to the live object."""
        return self._settled(value_at(self.spec, *path))

    @property
    def labels(self) -> Any:
        """Labels of the pods."""
        labels = value_at(self.metadata, "labels")
        return self._settled(labels if labels is not None or self.workload.is_patch else {})

    @property
    def containers(self) -> list[Container]:
        """All containers that are known: init, ordinary and ephemeral ones."""
        return [
            Container(role=role, values=values, pods=self)
            for key, role in ROLES.items()
            for values in entries(self.at(key))
        ]

    @property
    def run_to_completion(self) -> bool:
        """Whether the pods end by themselves, so that nobody waits for them to answer."""
        if self.workload.kind == "Pod":
            return self.at("restartPolicy") in ("Never", "OnFailure")
        return self.workload.kind in ("Job", "CronJob")

    def _settled(self, value: Any) -> Any:
        return UNKNOWN if value is None and self.workload.is_patch else value


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a pod."""

    role: Role
    values: Mapping[str, Any]
    pods: Pods

    def at(self, *path: str) -> Any:
        """The value at a path of the container; UNKNOWN also for what a patch leaves to the live object."""
        value = value_at(self.values, *path)
        return UNKNOWN if value is None and self.pods.workload.is_patch else value

    def security(self, *path: str) -> Any:
        """A setting of the security context: the container's own, else the pod's."""
        own = value_at(self.values, "securityContext", *path)
        return self.pods.at("securityContext", *path) if own is None else own

    @property
    def serves(self) -> bool:
        """Whether it runs as long as its pod: an ordinary container, or an init container that is a sidecar."""
        sidecar = self.role == "init container" and self.values.get("restartPolicy") == "Always"
        return (self.role == "container" or sidecar) and not self.pods.run_to_completion

    def __str__(self) -> str:
        name = self.values.get("name")
        return f"{self.role} {name}" if isinstance(name, str) else f"an unnamed {self.role}"


def read_pods(resource: Resource) -> Pods | None:
    """The pods of a workload; None if the resource is none."""
    found = read_object(resource)
    if found is None or (path := TEMPLATES.get((found.group, found.kind))) is None:
        return None
    return Pods(workload=found, metadata=found.at(*path, "metadata"), spec=found.at(*path, "spec"))


def pods_of(resource: Resource, settings: Settings) -> Iterator[Pods]:
    """The pods of a workload that the rule does not let pass: one or none."""
    pods = read_pods(resource)
    if pods is not None and not _is_exempt(pods.workload, settings):
        yield pods


def containers_of(resource: Resource, settings: Settings) -> Iterator[Container]:
    """The containers of a workload that the rule does not let pass."""
    for pods in pods_of(resource, settings):
        yield from pods.containers


def volumes_of(pods: Pods) -> list[Mapping[str, Any]]:
    """The volumes of a pod, as far as they are known."""
    return entries(pods.at("volumes"))


def is_in_system_namespace(pods: Pods, settings: Settings) -> bool:
    """Whether the pods are the platform's own, or may be: the namespace may not be known yet."""
    namespace = pods.workload.namespace
    return not is_known(namespace) or namespace in settings.system_namespaces


def unknown_among(values: Any) -> bool:
    """Whether a list, or any element of it, is unknown."""
    return not is_known(values) or not all(is_known(one) for one in elements(values))


def _is_exempt(workload: KubernetesObject, settings: Settings) -> bool:
    """Whether it is, or may prove to be, one of the exceptions."""
    return any(
        workload.namespace in (UNKNOWN, exception.namespace) and workload.name in (UNKNOWN, exception.name)
        for exception in settings.exempt_workloads
    )
