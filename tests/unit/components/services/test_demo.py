"""The demo app keeps to the rules that every app will have to keep to."""

from __future__ import annotations

import pytest

from components.services.demo import Demo, DemoArgs
from tests.unit.components.harness import Recording, run


def declare(replicas: int = 2, protect: bool = True) -> Recording:
    args = DemoArgs(image="hardway.local/agnhost@sha256:00", replicas=replicas, protect_namespace=protect)
    return run(lambda: Demo("demo", args))


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declare()


def test_the_demo_is_two_hardened_replicas_behind_a_service(recording: Recording) -> None:
    deployment = recording.one("Deployment", "demo-deployment").inputs
    assert deployment["metadata"]["namespace"] == "demo"
    assert deployment["spec"]["replicas"] == 2
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    (port,) = recording.one("Service", "demo-service").inputs["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (80, "http")
    assert len(recording.of("PodDisruptionBudget")) == 1


def test_a_rolling_change_fits_into_the_quota() -> None:
    recording = declare(replicas=3)
    hard = recording.one("ResourceQuota", "demo-quota").inputs["spec"]["hard"]
    pod = recording.one("Deployment", "demo-deployment").inputs["spec"]["template"]["spec"]
    given = pod["containers"][0]["resources"]
    assert given == {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}}
    asked = [hard[key] for key in ("pods", "requests.cpu", "requests.memory", "limits.memory")]
    assert asked == ["6", "60m", "192Mi", "384Mi"]


def test_its_port_is_open_to_everybody_although_the_namespace_denies_by_default(recording: Recording) -> None:
    access = recording.one("NetworkPolicy", "demo-access").inputs["spec"]
    labels = recording.one("Deployment", "demo-deployment").inputs["spec"]["template"]["metadata"]["labels"]
    assert access["podSelector"] == {"matchLabels": labels}
    assert access["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]
    assert len(recording.of("NetworkPolicy")) == 2


def test_its_namespace_is_protected_where_the_configuration_says_so(recording: Recording) -> None:
    assert recording.one("Namespace", "demo-namespace").protect
    assert not declare(protect=False).one("Namespace", "demo-namespace").protect


def test_the_namespace_stays_the_components_own_child(recording: Recording) -> None:
    """Another URN would make a second namespace of the same name and delete the first one with everything in it."""
    urn = recording.one("Namespace", "demo-namespace").urn
    assert urn.endswith("::hardway:services:Demo$kubernetes:core/v1:Namespace::demo-namespace")


def test_a_single_replica_has_no_budget_that_would_block_a_drain() -> None:
    assert declare(replicas=1).of("PodDisruptionBudget") == []
