"""Pods that are part of their node."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.host_namespace_shared import RULE
from tests.policy.resources import messages
from tests.policy.workloads import POD, deployment, pod

SHARES = ["hostNetwork", "hostPID", "hostIPC"]


@pytest.mark.parametrize("key", SHARES)
@pytest.mark.parametrize("value", [False, None, UNKNOWN])
def test_a_pod_of_its_own_is_no_finding(key: str, value: Any) -> None:
    assert messages(RULE, deployment(POD)) == []
    assert messages(RULE, deployment(pod(**{key: value}))) == []


@pytest.mark.parametrize("key", SHARES)
def test_each_share_is_found(key: str) -> None:
    (message,) = messages(RULE, deployment(pod(**{key: True})))
    assert f"Remove {key}." in message


def test_all_of_them_are_named() -> None:
    assert len(messages(RULE, deployment(pod(hostNetwork=True, hostPID=True, hostIPC=True)))) == 3


def test_the_platforms_own_pods_may() -> None:
    spec = pod(hostNetwork=True)
    assert messages(RULE, deployment(spec, namespace="kube-system")) == []
    assert messages(RULE, deployment(spec, namespace=UNKNOWN)) == []
    assert len(messages(RULE, deployment(spec, namespace=None))) == 1
