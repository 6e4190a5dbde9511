"""Images that are not named by digest."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.image_without_digest import RULE
from tests.policy.resources import messages
from tests.policy.workloads import CONTAINER, IMAGE, deployment, object_of, of_container, pod, with_container

DIGEST = f"sha256:{'0f' * 32}"


@pytest.mark.parametrize(
    "image",
    [IMAGE, f"hardway.local/coredns:1.14.1@{DIGEST}", f"localhost:5000/a/b@{DIGEST}", f"x@sha512:{'0f' * 64}", UNKNOWN],
)
def test_an_image_with_a_digest_is_no_finding(image: Any) -> None:
    assert messages(RULE, deployment(with_container(image=image))) == []


@pytest.mark.parametrize(
    "image",
    [
        "redis",
        "redis:7",
        "localhost:5000/redis",
        "hardway.local/coredns:1.14.1",
        "hardway.local/coredns@sha256:0f",
        f"hardway.local/coredns@sha256:{'0G' * 32}",
        f"hardway.local/coredns@{DIGEST}00",
    ],
)
def test_an_image_without_one_is_found(image: str) -> None:
    (message,) = messages(RULE, deployment(with_container(name="other", image=image)))
    assert "container other" in message
    assert image in message


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("redis:7", "docker.io/library/redis"),
        ("registry-1.docker.io/redis", "docker.io/library/redis"),
        ("index.docker.io/bitnami/redis", "docker.io/bitnami/redis"),
        ("localhost/redis:7", "localhost/redis"),
        ("registry:5000/a/b:1.2", "registry:5000/a/b"),
        ("grafana/grafana:12", "docker.io/grafana/grafana"),
    ],
)
def test_the_message_names_the_image_in_full_and_without_its_tag(image: str, name: str) -> None:
    (message,) = messages(RULE, deployment(of_container(image=image)))
    assert f"as {name}@sha256:…" in message


@pytest.mark.parametrize("image", [None, ""])
def test_a_container_without_an_image_is_found(image: str | None) -> None:
    (message,) = messages(RULE, deployment(with_container(image=image)))
    assert "names no image" in message
    bare = {key: value for key, value in CONTAINER.items() if key != "image"}
    assert len(messages(RULE, deployment(pod(containers=[bare])))) == 1


def test_an_image_that_is_a_volume_counts() -> None:
    def judged(reference: Any) -> list[str]:
        return messages(RULE, deployment(pod(volumes=[{"name": "model", "image": {"reference": reference}}])))

    assert judged(IMAGE) == judged(UNKNOWN) == []
    (message,) = judged("hardway.local/model:1")
    assert "volume model" in message


def test_an_image_that_an_operator_is_told_counts() -> None:
    def cluster(image: Any) -> list[str]:
        properties = {"spec": {"cephVersion": {"image": image}, "mgr": [{"image": image}]}}
        return messages(RULE, object_of("ceph.rook.io/v1", "CephCluster", properties))

    assert cluster(IMAGE) == cluster(UNKNOWN) == cluster(None) == cluster("") == cluster({"repository": "ceph"}) == []
    assert [message.split()[0] for message in cluster("quay.io/ceph/ceph:v20")] == [
        "spec.cephVersion.image",
        "spec.mgr[0].image",
    ]


def test_what_kubernetes_itself_calls_image_is_none() -> None:
    assert messages(RULE, object_of("v1", "ConfigMap", {"data": {"image": "redis"}})) == []
    assert messages(RULE, object_of("storage.k8s.io/v1", "StorageClass", {"parameters": {"image": "x"}})) == []


def test_an_exception_is_one_image() -> None:
    exception = {"image": "docker.io/library/redis", "reason": "until it is mirrored"}
    settings = Settings.model_validate({"image_exceptions": [exception]})
    assert messages(RULE, deployment(with_container(image="redis:7")), settings) == []
    assert len(messages(RULE, deployment(with_container(image="redis/redis:7")), settings)) == 1
