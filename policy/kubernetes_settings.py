"""What the rules about Kubernetes objects can be told: which images, namespaces and identities are ours."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class ImageException(BaseModel):
    """One image that a rule about images lets pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image: str = Field(description="Registry and repository without tag or digest, as docker.io/library/redis.")
    reason: str = Field(min_length=10, description="Why, and until when.")


class WorkloadException(BaseModel):
    """One workload that a rule about pods lets pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    namespace: str
    name: str
    reason: str = Field(min_length=10, description="Why, and until when.")


class KubernetesSettings(BaseModel):
    """The part of Settings that rules about Kubernetes objects read."""

    image_registries: tuple[str, ...] = Field(
        default=("hardway.local",),
        description="Registries, or paths in them, that images may come from. hardway.local is that of the images"
        " that machines load at boot.",
    )
    image_exceptions: tuple[ImageException, ...] = Field(default=(), description="Images that the rule lets pass.")
    retired_image_sources: Mapping[str, str] = Field(
        default={
            "bitnami": "frozen since 2025-08-28; use the upstream project's image",
            "bitnamilegacy": "no fixes since 2025-08-28; use the upstream project's image",
            "bitnamicharts": "renders frozen images since 2025-08-28; use the upstream project's chart",
            "bitnamisecure": "only `latest`, for development; use the upstream project's image",
            "kaniko": "archived in June 2025; use rootless BuildKit or Buildah",
            "kaniko-project": "archived in June 2025; use rootless BuildKit or Buildah",
            "minio": "no longer maintained since February 2026; use S3 or Ceph's object gateway",
        },
        description="Path components of image names that are no longer kept up, and what to use instead.",
    )
    system_namespaces: tuple[str, ...] = Field(
        default=("kube-system", "kube-public", "kube-node-lease"),
        description="Namespaces of the platform itself, whose pods may use the node's files and namespaces.",
    )
    exempt_workloads: tuple[WorkloadException, ...] = Field(
        default=(), description="Workloads that the rule lets pass."
    )
    allowed_capabilities: tuple[str, ...] = Field(
        default=("NET_BIND_SERVICE",), description="Capabilities that containers may add after dropping all."
    )
    required_requests: tuple[str, ...] = Field(
        default=("cpu", "memory"), description="Resources that every container must request."
    )
    required_limits: tuple[str, ...] = Field(
        default=("memory",),
        description="Resources that every container must limit. CPU is not among them: requests already share it"
        " fairly, and a limit throttles a process while the node idles.",
    )
    pod_security_levels: tuple[str, ...] = Field(
        default=("restricted",), description="Levels of Pod Security that a namespace may enforce."
    )
    required_quota: tuple[str, ...] = Field(
        default=("pods", "requests.cpu", "requests.memory", "limits.memory"),
        description="Resources that the quota of a namespace must bound.",
    )
    exposed_services: tuple[str, ...] = Field(
        default=(), description="Services of type LoadBalancer or NodePort by name, as gateway/edge."
    )
    cluster_administrators: tuple[str, ...] = Field(
        default=("Group/hardway:operators",),
        description="Who may be bound to cluster-admin, as Group/<name>, User/<name> or"
        " ServiceAccount/<namespace>/<name>.",
    )
    role_grantors: tuple[str, ...] = Field(
        default=(), description="Roles and ClusterRoles that may hold the verbs bind, escalate and impersonate."
    )
    webhook_timeout_seconds: int = Field(default=5, ge=1, le=30, description="What a webhook may take at most.")
    priority_classes: Mapping[str, tuple[str, ...]] = Field(
        default={"system-cluster-critical": ("kube-system",), "system-node-critical": ("kube-system",)},
        description="Priority classes and the namespaces that may use each.",
    )
