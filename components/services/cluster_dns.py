"""The cluster's name server: CoreDNS, two replicas on two nodes, at the planned Service address."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core.v1 import (
    ConfigMap,
    ConfigMapVolumeSourceArgs,
    ContainerArgs,
    ContainerPortArgs,
    HTTPGetActionArgs,
    PodSpecArgs,
    PodTemplateSpecArgs,
    ProbeArgs,
    ResourceRequirementsArgs,
    Service,
    ServiceAccount,
    ServicePortArgs,
    ServiceSpecArgs,
    VolumeArgs,
    VolumeMountArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget, PodDisruptionBudgetSpecArgs
from pulumi_kubernetes.rbac.v1 import (
    ClusterRole,
    ClusterRoleBinding,
    PolicyRuleArgs,
    RoleRefArgs,
    SubjectArgs,
)

from components.services.pod_hardening import container_security, one_a_node, pod_security

NAMESPACE = "kube-system"
LABELS = {"app.kubernetes.io/name": "coredns"}
PORT = 1053
"""Above 1024, so that the process needs no capability; the Service maps 53 to it."""


@dataclass(frozen=True, kw_only=True)
class ClusterDnsArgs:
    """What the name server is made of."""

    image: str
    """Image by digest, present on every worker as a seed image: hence no toleration for control planes."""
    replicas: int
    address: pulumi.Input[str]
    """Address of the Service: the one that kubelets give to pods."""
    domain: pulumi.Input[str]
    """Domain of the cluster, as cluster.local."""


class ClusterDns(pulumi.ComponentResource):
    """CoreDNS answers for the cluster's domain and forwards the rest to the node's name server."""

    address: pulumi.Output[str]
    """Address of the Service."""

    def __init__(self, name: str, args: ClusterDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the identity, the configuration, the Deployment, its budget and its Service."""
        super().__init__("hardway:services:ClusterDns", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = ObjectMetaArgs(name="coredns", namespace=NAMESPACE, labels=LABELS)
        account = ServiceAccount(f"{name}-account", metadata=metadata, opts=child)
        role = ClusterRole(
            f"{name}-role",
            metadata=ObjectMetaArgs(name="hardway:coredns"),
            rules=[
                PolicyRuleArgs(api_groups=[""], resources=["services", "pods", "namespaces"], verbs=["list", "watch"]),
                PolicyRuleArgs(api_groups=["discovery.k8s.io"], resources=["endpointslices"], verbs=["list", "watch"]),
            ],
            opts=child,
        )
        ClusterRoleBinding(
            f"{name}-binding",
            metadata=ObjectMetaArgs(name="hardway:coredns"),
            role_ref=RoleRefArgs(
                api_group="rbac.authorization.k8s.io",
                kind="ClusterRole",
                name=role.metadata.name.apply(str),
            ),
            subjects=[SubjectArgs(kind="ServiceAccount", name="coredns", namespace=NAMESPACE)],
            opts=child,
        )
        configuration = ConfigMap(
            f"{name}-configuration",
            metadata=metadata,
            data={"Corefile": pulumi.Output.from_input(args.domain).apply(corefile)},
            opts=child,
        )
        deployment = Deployment(
            f"{name}-deployment",
            metadata=metadata,
            spec=DeploymentSpecArgs(
                replicas=args.replicas,
                selector=LabelSelectorArgs(match_labels=LABELS),
                template=PodTemplateSpecArgs(metadata=ObjectMetaArgs(labels=LABELS), spec=_pod(args.image)),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[account, configuration]),
        )
        if args.replicas > 1:
            PodDisruptionBudget(
                f"{name}-budget",
                metadata=metadata,
                spec=PodDisruptionBudgetSpecArgs(max_unavailable=1, selector=LabelSelectorArgs(match_labels=LABELS)),
                opts=child,
            )
        service = Service(
            f"{name}-service",
            metadata=ObjectMetaArgs(name="kube-dns", namespace=NAMESPACE, labels=LABELS),
            spec=ServiceSpecArgs(
                cluster_ip=args.address,
                selector=LABELS,
                ports=[
                    ServicePortArgs(name="dns", port=53, target_port="dns", protocol="UDP"),
                    ServicePortArgs(name="dns-tcp", port=53, target_port="dns-tcp", protocol="TCP"),
                    ServicePortArgs(name="metrics", port=9153, target_port="metrics", protocol="TCP"),
                ],
            ),
            # Its readiness is that of the Deployment's pods.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )
        self.address = service.spec.apply(lambda spec: str(spec.cluster_ip))
        self.register_outputs({"address": self.address})


def corefile(domain: str) -> str:
    """CoreDNS' configuration: https://coredns.io/plugins/kubernetes/."""
    return f"""\
.:{PORT} {{
    errors
    health :8080 {{
        lameduck 5s
    }}
    ready :8181
    kubernetes {domain} in-addr.arpa ip6.arpa {{
        pods disabled
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }}
    prometheus :9153
    forward . /etc/resolv.conf {{
        max_concurrent 1000
    }}
    cache 30
    loop
    reload
    loadbalance
}}
"""


def _pod(image: str) -> PodSpecArgs:
    return PodSpecArgs(
        service_account_name="coredns",
        priority_class_name="system-cluster-critical",
        dns_policy="Default",
        security_context=pod_security(),
        topology_spread_constraints=[one_a_node(LABELS)],
        containers=[
            ContainerArgs(
                name="coredns",
                image=image,
                image_pull_policy="IfNotPresent",
                args=["-conf", "/etc/coredns/Corefile"],
                security_context=container_security(),
                resources=ResourceRequirementsArgs(
                    requests={"cpu": "50m", "memory": "64Mi"}, limits={"memory": "170Mi"}
                ),
                ports=[
                    ContainerPortArgs(name="dns", container_port=PORT, protocol="UDP"),
                    ContainerPortArgs(name="dns-tcp", container_port=PORT, protocol="TCP"),
                    ContainerPortArgs(name="metrics", container_port=9153, protocol="TCP"),
                ],
                liveness_probe=ProbeArgs(
                    http_get=HTTPGetActionArgs(path="/health", port=8080),
                    period_seconds=10,
                    timeout_seconds=5,
                    failure_threshold=5,
                ),
                readiness_probe=ProbeArgs(
                    http_get=HTTPGetActionArgs(path="/ready", port=8181), period_seconds=2, timeout_seconds=2
                ),
                volume_mounts=[VolumeMountArgs(name="configuration", mount_path="/etc/coredns", read_only=True)],
            )
        ],
        volumes=[VolumeArgs(name="configuration", config_map=ConfigMapVolumeSourceArgs(name="coredns"))],
    )
