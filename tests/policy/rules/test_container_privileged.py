"""Containers that are their node."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.container_privileged import RULE
from tests.policy.resources import messages
from tests.policy.workloads import context, deployment, pod, pod_context, with_container


@pytest.mark.parametrize(
    "security", [None, {}, UNKNOWN, context(privileged=False), context(privileged=UNKNOWN), context(windowsOptions={})]
)
def test_an_ordinary_container_is_no_finding(security: Any) -> None:
    assert messages(RULE, deployment(with_container(securityContext=security))) == []


@pytest.mark.parametrize("security", [{"privileged": True}, {"windowsOptions": {"hostProcess": True}}])
def test_a_privileged_one_is_found(security: Any) -> None:
    assert len(messages(RULE, deployment(with_container(securityContext=security)))) == 1


def test_host_processes_by_the_pods_context_are_found() -> None:
    spec = pod(securityContext=pod_context(windowsOptions={"hostProcess": True}))
    assert len(messages(RULE, deployment(spec))) == 1
