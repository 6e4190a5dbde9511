"""Containers of which nobody knows whether they can answer."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.probe_missing import RULE
from tests.policy.resources import messages
from tests.policy.workloads import POD, deployment, pod, with_container, workload

BARE: dict[str, Any] = {"livenessProbe": None, "readinessProbe": None}


@pytest.mark.parametrize("probe", ["livenessProbe", "readinessProbe"])
@pytest.mark.parametrize("value", [None, {}])
def test_a_missing_probe_is_found(probe: str, value: Any) -> None:
    missing: dict[str, Any] = {probe: value}
    (message,) = messages(RULE, deployment(with_container(name="other", **missing)))
    assert f"container other has no {probe}" in message


@pytest.mark.parametrize("probe", ["livenessProbe", "readinessProbe"])
def test_both_or_what_is_not_known_yet_are_no_finding(probe: str) -> None:
    assert messages(RULE, deployment(POD)) == []
    unknown: dict[str, Any] = {probe: UNKNOWN}
    assert messages(RULE, deployment(with_container(**unknown))) == []


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_what_ends_by_itself_needs_none(kind: str) -> None:
    assert messages(RULE, workload(kind, with_container(**BARE))) == []


def test_a_bare_pod_needs_them_if_it_is_started_again() -> None:
    assert len(messages(RULE, workload("Pod", with_container(**BARE)))) == 2
    for policy in ("Never", "OnFailure"):
        assert messages(RULE, workload("Pod", {**with_container(**BARE), "restartPolicy": policy})) == []
    # The setting means nothing to a Deployment, which takes no other than Always.
    assert len(messages(RULE, deployment({**with_container(**BARE), "restartPolicy": "Never"}))) == 2


def test_an_init_container_needs_them_if_it_is_a_sidecar() -> None:
    assert messages(RULE, deployment(with_container("initContainers", **BARE))) == []
    assert len(messages(RULE, deployment(with_container("initContainers", restartPolicy="Always", **BARE)))) == 2
    assert messages(RULE, deployment(with_container("ephemeralContainers", **BARE))) == []


def test_containers_that_are_not_known_yet_are_no_finding() -> None:
    assert messages(RULE, deployment(pod(containers=UNKNOWN))) == []
