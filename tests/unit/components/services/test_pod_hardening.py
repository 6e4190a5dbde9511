"""What every pod of ours has, as the API gets it: Pod Security's `restricted` profile and more."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_kubernetes.core.v1 import ContainerArgs, Pod, PodSpecArgs

from components.services.pod_hardening import container_security, one_a_node, pod_security
from tests.unit.components.harness import run


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """A hardened pod; shared, as nothing changes it."""
    pod = PodSpecArgs(
        security_context=pod_security(),
        topology_spread_constraints=[one_a_node({"app": "demo"})],
        containers=[ContainerArgs(name="demo", security_context=container_security())],
    )
    found: dict[str, Any] = run(lambda: Pod("pod", spec=pod)).one("Pod", "pod").inputs["spec"]
    return found


def test_the_pod_is_nobody_with_the_runtimes_filter_of_system_calls(spec: dict[str, Any]) -> None:
    context = spec["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    # An image without a numeric user is refused under runAsNonRoot, so the number is given here.
    assert context["runAsUser"] == context["runAsGroup"] > 0


def test_a_container_can_neither_gain_rights_nor_change_itself(spec: dict[str, Any]) -> None:
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_replicas_of_one_revision_stand_on_different_nodes(spec: dict[str, Any]) -> None:
    (spread,) = spec["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["maxSkew"]) == ("kubernetes.io/hostname", 1)
    assert spread["whenUnsatisfiable"] == "DoNotSchedule"
    assert spread["labelSelector"] == {"matchLabels": {"app": "demo"}}


def test_a_rolling_change_finds_a_node_for_its_first_pod(spec: dict[str, Any]) -> None:
    (spread,) = spec["topologySpreadConstraints"]
    # Of another revision, or on a node that the pod may not use: neither counts.
    assert spread["matchLabelKeys"] == ["pod-template-hash"]
    assert spread["nodeTaintsPolicy"] == "Honor"
