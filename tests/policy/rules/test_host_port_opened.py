"""Containers that take a port of their node."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.host_port_opened import RULE
from tests.policy.resources import messages
from tests.policy.workloads import deployment, with_container


@pytest.mark.parametrize(
    "ports",
    [
        None,
        UNKNOWN,
        [UNKNOWN],
        [{"containerPort": 80}],
        [{"hostPort": 0}],
        [{"hostPort": UNKNOWN}],
    ],
)
def test_ports_of_the_pod_are_no_finding(ports: Any) -> None:
    assert messages(RULE, deployment(with_container(ports=ports))) == []


def test_a_port_of_the_node_is_found() -> None:
    spec = with_container(name="other", ports=[{"containerPort": 80}, {"containerPort": 53, "hostPort": 53}])
    (message,) = messages(RULE, deployment(spec))
    assert message.startswith("container other takes port 53")


def test_the_platforms_own_pods_may() -> None:
    spec = with_container(ports=[{"containerPort": 53, "hostPort": 53}])
    assert messages(RULE, deployment(spec, namespace="kube-system")) == []
    assert messages(RULE, deployment(spec, namespace=UNKNOWN)) == []
    assert len(messages(RULE, deployment(spec, namespace=None))) == 1
