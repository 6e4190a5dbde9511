"""Containers that are, or may be, root."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.container_runs_as_root import RULE
from tests.policy.resources import messages
from tests.policy.workloads import deployment, pod, pod_context, with_container

NON_ROOT = {"runAsNonRoot": True, "runAsUser": 65532}


def judged(of_pod: Any, of_container: Any) -> list[str]:
    spec = with_container(securityContext=of_container)
    return messages(RULE, deployment({**spec, "securityContext": of_pod, "containers": spec["containers"][1:]}))


@pytest.mark.parametrize(
    ("of_pod", "of_container"),
    [
        (NON_ROOT, {}),
        ({}, NON_ROOT),
        ({"runAsUser": 0}, NON_ROOT),
        ({"runAsNonRoot": False}, NON_ROOT),
        ({"runAsNonRoot": True}, {}),
        (UNKNOWN, {}),
        (NON_ROOT, UNKNOWN),
        ({"runAsNonRoot": UNKNOWN}, {}),
        ({"runAsNonRoot": True, "runAsUser": UNKNOWN}, {}),
    ],
)
def test_another_user_or_one_not_known_yet_is_no_finding(of_pod: Any, of_container: Any) -> None:
    assert judged(of_pod, of_container) == []


@pytest.mark.parametrize(
    ("of_pod", "of_container"),
    [
        (None, None),
        ({}, {}),
        ({"runAsUser": 65532}, {}),
        ({"runAsNonRoot": False}, {}),
        (NON_ROOT, {"runAsNonRoot": False}),
        (NON_ROOT, {"runAsUser": 0}),
        ({"runAsNonRoot": True, "runAsUser": 0}, {}),
        ({"runAsNonRoot": UNKNOWN}, {"runAsUser": 0}),
    ],
)
def test_root_is_found(of_pod: Any, of_container: Any) -> None:
    (message,) = judged(of_pod, of_container)
    assert "container demo" in message
    assert "securityContext.runAs" in message


def test_a_pod_without_settings_is_found_at_each_container() -> None:
    spec = with_container("initContainers")
    spec["securityContext"] = pod_context(runAsNonRoot=None)
    assert len(messages(RULE, deployment(spec))) == 2
    assert messages(RULE, deployment(pod(securityContext=pod_context(runAsUser=None)))) == []
