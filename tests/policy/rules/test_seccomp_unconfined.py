"""Containers without a seccomp profile."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.seccomp_unconfined import RULE
from tests.policy.resources import messages
from tests.policy.workloads import context, deployment, pod, pod_context


def judged(of_pod: Any, of_container: Any = None) -> list[str]:
    spec = pod(securityContext=pod_context(seccompProfile=of_pod))
    spec["containers"][0]["securityContext"] = context(seccompProfile=of_container)
    return messages(RULE, deployment(spec))


DEFAULT = {"type": "RuntimeDefault"}
OPEN = {"type": "Unconfined"}


@pytest.mark.parametrize(
    ("of_pod", "of_container"),
    [
        (DEFAULT, None),
        (None, DEFAULT),
        (OPEN, DEFAULT),
        ({"type": "Localhost", "localhostProfile": "a.json"}, None),
        (UNKNOWN, None),
        (OPEN, UNKNOWN),
        ({"type": UNKNOWN}, None),
    ],
)
def test_a_profile_or_one_not_known_yet_is_no_finding(of_pod: Any, of_container: Any) -> None:
    assert judged(of_pod, of_container) == []


@pytest.mark.parametrize(("of_pod", "of_container"), [(None, None), ({}, None), (OPEN, None), (DEFAULT, OPEN)])
def test_none_is_found(of_pod: Any, of_container: Any) -> None:
    (message,) = judged(of_pod, of_container)
    assert "seccompProfile.type: RuntimeDefault" in message
