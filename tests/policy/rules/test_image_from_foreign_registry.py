"""Images that somebody else serves."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.image_from_foreign_registry import RULE
from tests.policy.resources import messages
from tests.policy.workloads import IMAGE, deployment, object_of, of_container

DIGEST = f"sha256:{'0f' * 32}"


def judged(image: Any, settings: Settings | None = None) -> list[str]:
    return messages(RULE, deployment(of_container(image=image)), settings)


@pytest.mark.parametrize("image", [IMAGE, "hardway.local/team/shop:1.4.2", UNKNOWN, None, ""])
def test_our_own_registry_is_no_finding(image: Any) -> None:
    assert judged(image) == []


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        (f"redis@{DIGEST}", "docker.io"),
        (f"grafana/grafana@{DIGEST}", "docker.io"),
        (f"index.docker.io/library/redis@{DIGEST}", "docker.io"),
        (f"registry.k8s.io/coredns/coredns@{DIGEST}", "registry.k8s.io"),
        (f"hardway.local:5000/coredns@{DIGEST}", "hardway.local:5000"),
        (f"hardway.local.example.org/coredns@{DIGEST}", "hardway.local.example.org"),
        (f"example.org/hardway.local/coredns@{DIGEST}", "example.org"),
        ("hardway.local@sha256:0f", "docker.io"),
    ],
)
def test_another_registry_is_found(image: str, registry: str) -> None:
    (message,) = judged(image)
    assert f"from {registry}." in message
    assert "hardway.local" in message


def test_registries_are_settings() -> None:
    settings = Settings.model_validate({"image_registries": ["registry.mgmt/platform", "registry.mgmt/mirror"]})
    assert judged("registry.mgmt/platform/shop:1", settings) == []
    (message,) = judged("registry.mgmt/platforms/shop:1", settings)
    assert message.endswith("take it from registry.mgmt/platform or registry.mgmt/mirror.")
    assert len(judged(IMAGE, settings)) == 1


def test_an_exception_is_one_image() -> None:
    exception = {"image": "quay.io/ceph/ceph", "reason": "until it is mirrored"}
    settings = Settings.model_validate({"image_exceptions": [exception]})
    assert judged(f"quay.io/ceph/ceph@{DIGEST}", settings) == []
    assert len(judged(f"quay.io/ceph/daemon@{DIGEST}", settings)) == 1


def test_an_exception_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Settings.model_validate({"image_exceptions": [{"image": "docker.io/library/redis", "reason": ""}]})


def test_what_an_operator_is_told_counts() -> None:
    found = messages(RULE, object_of("ceph.rook.io/v1", "CephCluster", {"spec": {"image": "quay.io/ceph/ceph:v20"}}))
    assert found == ["spec.image takes quay.io/ceph/ceph from quay.io. Mirror it and take it from hardway.local."]
