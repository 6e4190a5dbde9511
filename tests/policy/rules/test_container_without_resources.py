"""Containers that say neither what they need nor what they may take."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.container_without_resources import RULE
from tests.policy.resources import messages
from tests.policy.workloads import deployment, of_container, with_container

REQUESTS = {"cpu": "10m", "memory": "32Mi"}
LIMITS = {"memory": "64Mi"}


def judged(resources: Any, settings: Settings | None = None) -> list[str]:
    return messages(RULE, deployment(of_container(resources=resources)), settings)


@pytest.mark.parametrize(
    "resources",
    [
        {"requests": REQUESTS, "limits": LIMITS},
        {"requests": {"cpu": 1, "memory": 1000}, "limits": {"memory": 1000}},
        {"requests": {"cpu": "1"}, "limits": LIMITS},
        {"limits": {"cpu": "1", "memory": "1Gi"}},
        {"requests": {"cpu": "1", "memory": UNKNOWN}, "limits": {"memory": UNKNOWN}},
        {"requests": UNKNOWN, "limits": LIMITS},
        UNKNOWN,
    ],
)
def test_requests_and_a_limit_of_memory_are_no_finding(resources: Any) -> None:
    assert judged(resources) == []


@pytest.mark.parametrize(
    ("resources", "missing"),
    [
        (None, ["requests.cpu", "requests.memory", "limits.memory"]),
        ({}, ["requests.cpu", "requests.memory", "limits.memory"]),
        ({"requests": REQUESTS}, ["limits.memory"]),
        ({"limits": LIMITS}, ["requests.cpu"]),
        ({"requests": {"memory": "1Gi"}, "limits": LIMITS}, ["requests.cpu"]),
        ({"requests": {"cpu": "0", "memory": "1Gi"}, "limits": LIMITS}, ["requests.cpu"]),
        ({"requests": REQUESTS, "limits": {"memory": 0}}, ["limits.memory"]),
        ({"requests": REQUESTS, "limits": {"memory": "0Mi"}}, ["limits.memory"]),
    ],
)
def test_what_is_missing_is_named(resources: Any, missing: list[str]) -> None:
    (message,) = judged(resources)
    assert message.startswith(f"container demo has no {' and no '.join(missing)}.")


def test_resources_of_the_pod_hold_for_its_containers() -> None:
    spec = {**of_container(resources={}), "resources": {"requests": REQUESTS, "limits": LIMITS}}
    assert messages(RULE, deployment(spec)) == []


def test_init_containers_count_and_ephemeral_ones_cannot_have_any() -> None:
    assert len(messages(RULE, deployment(with_container("initContainers", resources={})))) == 1
    assert messages(RULE, deployment(with_container("ephemeralContainers", resources=None))) == []


def test_what_is_required_is_a_setting() -> None:
    settings = Settings.model_validate({"required_limits": ["memory", "ephemeral-storage"]})
    (message,) = judged({"requests": REQUESTS, "limits": LIMITS}, settings)
    assert "no limits.ephemeral-storage" in message
