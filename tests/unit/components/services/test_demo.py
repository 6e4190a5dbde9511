"""The demo app keeps to the rules that every app will have to keep to."""

from __future__ import annotations

from components.services.demo import Demo, DemoArgs
from tests.unit.components.harness import run


def test_the_demo_is_two_hardened_replicas_behind_a_service() -> None:
    recording = run(lambda: Demo("demo", DemoArgs(image="hardway.local/agnhost@sha256:00", replicas=2)))
    labels = recording.one("Namespace", "demo-namespace").inputs["metadata"]["labels"]
    assert labels == {"pod-security.kubernetes.io/enforce": "restricted"}
    deployment = recording.one("Deployment", "demo-deployment").inputs
    assert deployment["metadata"]["namespace"] == "demo"
    assert deployment["spec"]["replicas"] == 2
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    (port,) = recording.one("Service", "demo-service").inputs["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (80, "http")
    assert len(recording.of("PodDisruptionBudget")) == 1
