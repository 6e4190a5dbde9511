"""What runs inside a cluster: names first, then the rest."""

from __future__ import annotations

import pulumi
from pulumi_kubernetes import Provider

from components.services.cluster_dns import ClusterDns, ClusterDnsArgs
from components.services.demo import Demo, DemoArgs
from hardway.artifacts.lock import load_lock
from hardway.config.services import Services


def services_stack(config: Services) -> None:
    """Install the services of `config` into its environment's cluster, reached as its operator."""
    lock = load_lock(config.environment)
    environment = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{config.environment}")
    cluster = pulumi.ResourceOptions(
        provider=Provider(
            "cluster",
            kubeconfig=environment.require_output("kubeconfig"),
            # Without it a new certificate or address in the kubeconfig would replace everything in the cluster:
            # https://github.com/pulumi/pulumi-kubernetes/issues/4019
            cluster_identifier=config.environment,
            enable_server_side_apply=True,
        )
    )
    dns = ClusterDns(
        "cluster-dns",
        ClusterDnsArgs(
            image=lock.image("coredns"),
            replicas=config.cluster_dns.replicas,
            address=environment.require_output("cluster_dns_address"),
            domain=environment.require_output("cluster_domain"),
        ),
        cluster,
    )
    pulumi.export("cluster_dns_address", dns.address)
    if config.demo.enabled:
        demo = Demo(
            "demo",
            DemoArgs(
                image=lock.image("agnhost"),
                replicas=config.demo.replicas,
                protect_namespace=config.deletion_protection,
            ),
            cluster,
        )
        pulumi.export("demo_address", demo.address)
