"""A small web app on two nodes, in a namespace of its own, that shows the cluster at work."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core.v1 import (
    ContainerArgs,
    ContainerPortArgs,
    HTTPGetActionArgs,
    PodSpecArgs,
    PodTemplateSpecArgs,
    ProbeArgs,
    ResourceRequirementsArgs,
    Service,
    ServicePortArgs,
    ServiceSpecArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    NetworkPolicy,
    NetworkPolicyIngressRuleArgs,
    NetworkPolicyPortArgs,
    NetworkPolicySpecArgs,
)
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget, PodDisruptionBudgetSpecArgs

from components.services.guarded_namespace import GuardedNamespaceArgs, guarded_namespace
from components.services.pod_hardening import container_security, one_a_node, pod_security

NAMESPACE = "demo"
LABELS = {"app.kubernetes.io/name": "demo"}
PORT = 8080
CPU_MILLICORES = 10
MEMORY_MIB = 32
MEMORY_LIMIT_MIB = 64
LEAVE_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class DemoArgs:
    """What the app is made of."""

    image: str
    """agnhost by digest: its `netexec` answers /hostname with the pod's name."""
    replicas: int
    protect_namespace: bool
    """Whether the engine refuses to delete the namespace."""


class Demo(pulumi.ComponentResource):
    """`http://demo.demo.svc/hostname` answers from every node, with the name of one of the pods."""

    address: pulumi.Output[str]
    """Address of the Service."""

    def __init__(self, name: str, args: DemoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the namespace, the Deployment, its budget, what may reach it, and its Service."""
        super().__init__("hardway:services:Demo", name, None, opts)
        # A rolling change may have as many new pods as there are old ones.
        most = 2 * args.replicas
        namespace = guarded_namespace(
            name,
            GuardedNamespaceArgs(
                name=NAMESPACE,
                pods=most,
                cpu_millicores=most * CPU_MILLICORES,
                memory_mib=most * MEMORY_MIB,
                memory_limit_mib=most * MEMORY_LIMIT_MIB,
                protect=args.protect_namespace,
            ),
            parent=self,
        )
        child = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        metadata = ObjectMetaArgs(name="demo", namespace=NAMESPACE, labels=LABELS)
        Deployment(
            f"{name}-deployment",
            metadata=metadata,
            spec=DeploymentSpecArgs(
                replicas=args.replicas,
                selector=LabelSelectorArgs(match_labels=LABELS),
                template=PodTemplateSpecArgs(metadata=ObjectMetaArgs(labels=LABELS), spec=_pod(args.image)),
            ),
            opts=child,
        )
        if args.replicas > 1:
            PodDisruptionBudget(
                f"{name}-budget",
                metadata=metadata,
                spec=PodDisruptionBudgetSpecArgs(max_unavailable=1, selector=LabelSelectorArgs(match_labels=LABELS)),
                opts=child,
            )
        NetworkPolicy(
            f"{name}-access",
            metadata=metadata,
            spec=NetworkPolicySpecArgs(
                pod_selector=LabelSelectorArgs(match_labels=LABELS),
                policy_types=["Ingress"],
                # From everywhere: nodes ask it, too.
                ingress=[NetworkPolicyIngressRuleArgs(ports=[NetworkPolicyPortArgs(port="http", protocol="TCP")])],
            ),
            opts=child,
        )
        service = Service(
            f"{name}-service",
            metadata=metadata,
            spec=ServiceSpecArgs(selector=LABELS, ports=[ServicePortArgs(name="http", port=80, target_port="http")]),
            opts=child,
        )
        self.address = service.spec.apply(lambda spec: str(spec.cluster_ip))
        self.register_outputs({"address": self.address})


def _pod(image: str) -> PodSpecArgs:
    return PodSpecArgs(
        automount_service_account_token=False,
        security_context=pod_security(),
        topology_spread_constraints=[one_a_node(LABELS)],
        containers=[
            ContainerArgs(
                name="demo",
                image=image,
                image_pull_policy="IfNotPresent",
                # Asked to end, it still answers until no node sends anybody here.
                args=["netexec", f"--http-port={PORT}", "--udp-port=-1", f"--delay-shutdown={LEAVE_SECONDS}"],
                security_context=container_security(),
                resources=ResourceRequirementsArgs(
                    requests={"cpu": f"{CPU_MILLICORES}m", "memory": f"{MEMORY_MIB}Mi"},
                    limits={"memory": f"{MEMORY_LIMIT_MIB}Mi"},
                ),
                ports=[ContainerPortArgs(name="http", container_port=PORT)],
                readiness_probe=ProbeArgs(http_get=HTTPGetActionArgs(path="/hostname", port="http"), period_seconds=2),
                liveness_probe=ProbeArgs(http_get=HTTPGetActionArgs(path="/hostname", port="http"), period_seconds=10),
            )
        ],
    )
