"""Images that nobody keeps up."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.image_from_retired_source import RULE
from tests.policy.resources import messages
from tests.policy.workloads import IMAGE, deployment, of_container

DIGEST = f"sha256:{'0f' * 32}"


def judged(image: Any, settings: Settings | None = None) -> list[str]:
    return messages(RULE, deployment(of_container(image=image)), settings)


@pytest.mark.parametrize(
    "image",
    [IMAGE, "hardway.local/minio-exporter:1", "example.org/kanikos", "bitnami.example.org/a", UNKNOWN, None],
)
def test_a_source_that_is_kept_up_is_no_finding(image: Any) -> None:
    assert judged(image) == []


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ("bitnami/redis:7", "bitnami"),
        ("docker.io/bitnamilegacy/redis", "bitnamilegacy"),
        ("public.ecr.aws/bitnami/redis", "bitnami"),
        (f"hardway.local/bitnami/redis@{DIGEST}", "bitnami"),
        (f"hardway.local/mirror/bitnamisecure/redis@{DIGEST}", "bitnamisecure"),
        ("gcr.io/kaniko-project/executor:v1.23.0", "kaniko-project"),
        (f"hardway.local/kaniko@{DIGEST}", "kaniko"),
        ("quay.io/minio/operator", "minio"),
        (f"hardway.local/minio:2025@{DIGEST}", "minio"),
    ],
)
def test_a_retired_one_is_found_under_any_registry(image: str, source: str) -> None:
    (message,) = judged(image)
    assert f"and {source} is " in message
    assert "use " in message


def test_sources_are_settings() -> None:
    settings = Settings.model_validate({"retired_image_sources": {"agnhost": "gone; use another"}})
    (message,) = judged(IMAGE, settings)
    assert "gone; use another" in message
    assert judged("bitnami/redis", settings) == []
