"""A namespace that is guarded: hardened pods only, a bounded share of the cluster, no traffic but what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_kubernetes.core.v1 import Namespace, ResourceQuota, ResourceQuotaSpecArgs
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import NetworkPolicy, NetworkPolicySpecArgs

POD_SECURITY: Final = {"pod-security.kubernetes.io/enforce": "restricted"}


@dataclass(frozen=True, kw_only=True)
class GuardedNamespaceArgs:
    """What the namespace is called and what it may take."""

    name: str
    pods: int
    """Pods at the same time, those of a rolling change included."""
    cpu_millicores: int
    """What all pods together may request."""
    memory_mib: int
    """What all pods together may request."""
    memory_limit_mib: int
    """Sum of the limits of all pods."""
    protect: bool
    """Whether the engine refuses to delete it: everything in it would be gone with it."""


def guarded_namespace(resource: str, args: GuardedNamespaceArgs, parent: pulumi.Resource) -> Namespace:
    """The namespace, once it exists; its quota and its denial of all traffic come along with it.

    What is in it needs not wait for these two: pods made before are counted, too. Flannel enforces no NetworkPolicy, so
    each app says from the start what it must be reached by, for the day on which another overlay asks.
    """
    namespace = Namespace(
        f"{resource}-namespace",
        metadata=ObjectMetaArgs(name=args.name, labels=POD_SECURITY),
        opts=pulumi.ResourceOptions(parent=parent, protect=args.protect),
    )
    inside = pulumi.ResourceOptions(parent=parent, depends_on=[namespace])
    ResourceQuota(
        f"{resource}-quota",
        metadata=ObjectMetaArgs(name="share", namespace=args.name),
        spec=ResourceQuotaSpecArgs(
            hard={
                "pods": str(args.pods),
                "requests.cpu": _cpu(args.cpu_millicores),
                "requests.memory": _memory(args.memory_mib),
                "limits.memory": _memory(args.memory_limit_mib),
                # Both would open a port on every node.
                "services.loadbalancers": "0",
                "services.nodeports": "0",
            }
        ),
        opts=inside,
    )
    NetworkPolicy(
        f"{resource}-default-deny",
        metadata=ObjectMetaArgs(name="default-deny", namespace=args.name),
        spec=NetworkPolicySpecArgs(pod_selector=LabelSelectorArgs(), policy_types=["Ingress", "Egress"]),
        opts=inside,
    )
    return namespace


# The API server keeps quantities in their shortest form; any other one would look like drift afterwards.
def _cpu(millicores: int) -> str:
    return f"{millicores}m" if millicores % 1000 else str(millicores // 1000)


def _memory(mebibytes: int) -> str:
    return f"{mebibytes}Mi" if mebibytes % 1024 else f"{mebibytes // 1024}Gi"
