"""The cluster's name server survives a node and has no more rights than it needs."""

from __future__ import annotations

import pytest

from components.services.cluster_dns import ClusterDns, ClusterDnsArgs, corefile
from tests.unit.components.harness import Recording, run

IMAGE = "hardway.local/coredns@sha256:0000"


def declare(replicas: int = 2) -> Recording:
    args = ClusterDnsArgs(image=IMAGE, replicas=replicas, address="10.42.0.10", domain="cluster.local")
    return run(lambda: ClusterDns("cluster-dns", args))


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declare()


def test_everything_is_a_child_of_the_component(recording: Recording) -> None:
    parents = {one.parent.rsplit("::", 1)[-1] for one in recording if one.custom}
    assert parents == {"cluster-dns"}


def test_the_service_has_the_address_that_kubelets_give_to_pods(recording: Recording) -> None:
    spec = recording.one("Service", "cluster-dns-service").inputs["spec"]
    assert spec["clusterIP"] == "10.42.0.10"
    assert {(port["port"], port["protocol"]) for port in spec["ports"]} == {(53, "UDP"), (53, "TCP"), (9153, "TCP")}


def test_replicas_stand_on_nodes_of_their_own(recording: Recording) -> None:
    spec = recording.one("Deployment", "cluster-dns-deployment").inputs["spec"]
    assert spec["replicas"] == 2
    (spread,) = spec["template"]["spec"]["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    assert spread["whenUnsatisfiable"] == "DoNotSchedule"
    assert spread["nodeTaintsPolicy"] == "Honor"
    assert spread["matchLabelKeys"] == ["pod-template-hash"]
    assert recording.one("PodDisruptionBudget", "cluster-dns-budget").inputs["spec"]["maxUnavailable"] == 1


def test_a_single_replica_has_no_budget_that_would_block_a_drain() -> None:
    assert declare(replicas=1).of("PodDisruptionBudget") == []


def test_the_pod_is_hardened(recording: Recording) -> None:
    pod = recording.one("Deployment", "cluster-dns-deployment").inputs["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == IMAGE
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"] == {"memory": "170Mi"}
    assert pod["priorityClassName"] == "system-cluster-critical"
    assert "livenessProbe" in container
    assert "readinessProbe" in container


def test_its_role_only_reads(recording: Recording) -> None:
    rules = recording.one("ClusterRole", "cluster-dns-role").inputs["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"list", "watch"}
    assert not any("secrets" in rule["resources"] for rule in rules)


def test_the_configuration_answers_for_the_cluster_domain() -> None:
    assert "kubernetes corp.example in-addr.arpa ip6.arpa {" in corefile("corp.example")
    assert corefile("corp.example").startswith(".:1053 {")
