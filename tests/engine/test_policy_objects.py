"""The real engine hands Kubernetes objects to the rules as the rules expect them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.engine.conftest import Project

ROOT = Path(__file__).parents[2]
BEGIN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pulumi_kubernetes import Provider, apps, core
from components.services.cluster_dns import ClusterDns, ClusterDnsArgs
from components.services.demo import Demo, DemoArgs
digest = "sha256:" + "0f" * 32
cluster = pulumi.ResourceOptions(provider=Provider("cluster", kubeconfig="{{}}", cluster_identifier="test"))
"""
OURS = """
args = ClusterDnsArgs(image=f"hardway.local/coredns@{digest}", replicas=3, address="10.42.0.10", domain="cluster.local")
ClusterDns("dns", args, cluster)
Demo("demo", DemoArgs(image=f"hardway.local/agnhost@{digest}", replicas=2, protect_namespace=True), cluster)
"""
BROKEN = """
from pulumi_random import RandomBytes
later = RandomBytes("later", length=4).hex
core.v1.Namespace("bare", metadata={"name": "bare"}, opts=cluster)
apps.v1.Deployment(
    "broken",
    metadata={"namespace": "bare", "name": "broken"},
    spec={
        "replicas": 2,
        "selector": {"match_labels": {"app": later}},
        "template": {
            "metadata": {"labels": {"app": later}},
            "spec": {
                "host_network": True,
                "security_context": {"run_as_non_root": True, "run_as_user": 0},
                "containers": [{"name": "known", "image": "redis:7"}, {"name": "later", "image": later}],
            },
        },
    },
    opts=cluster,
)
"""


EXPECTED = {
    "capabilities-kept",
    "container-may-escalate",
    "container-runs-as-root",
    "container-without-resources",
    "host-namespace-shared",
    "image-from-foreign-registry",
    "image-without-digest",
    "namespace-unprotected",
    "namespace-without-default-deny",
    "namespace-without-pod-security",
    "namespace-without-quota",
    "probe-missing",
    "replicas-not-spread",
    "replicas-without-budget",
    "root-filesystem-writable",
    "seccomp-unconfined",
}


def found(printed: str) -> set[str]:
    """Names of the rules that the engine's summary lists."""
    return set(re.findall(r"\[mandatory\] \[severity: \w+\] +([a-z0-9-]+) ", printed))


def test_our_own_objects_pass_in_production(project: Project) -> None:
    project.write(BEGIN + OURS)
    printed = project.run("preview", "--policy-pack", str(ROOT / "policy"))
    assert "kubernetes:apps/v1:Deployment demo-deployment create" in printed
    assert found(printed) == set()


def test_a_broken_workload_is_found_by_what_is_known_of_it(project: Project) -> None:
    project.write(BEGIN + BROKEN)
    printed = project.run("preview", "--policy-pack", str(ROOT / "policy"), fails=True)
    assert found(printed) == EXPECTED
    assert "container known runs redis:7." in printed
    assert "container later takes" not in printed
    assert "container later names" not in printed
    assert "container later can write to its root filesystem." in printed
