from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.ceph_cleanup_confirmed import RULE
from tests.policy.resources import messages
from tests.policy.rules.test_ceph_replicas_few import chart, rook

KEPT = {"confirmation": "", "allowUninstallWithVolumes": False}


@pytest.mark.parametrize("spec", [{}, {"cleanupPolicy": {}}, {"cleanupPolicy": KEPT}, {"cleanupPolicy": None}])
def test_data_that_stays_is_no_finding(spec: Any) -> None:
    assert messages(RULE, rook("CephCluster", spec)) == []
    assert messages(RULE, chart({"cephClusterSpec": spec})) == []


@pytest.mark.parametrize(
    ("key", "value"), [("confirmation", "yes-really-destroy-data"), ("allowUninstallWithVolumes", True)]
)
def test_data_that_goes_is_found(key: str, value: Any) -> None:
    spec = {"cleanupPolicy": {**KEPT, key: value}}
    for judged in (rook("CephCluster", spec), chart({"cephClusterSpec": spec})):
        (message,) = messages(RULE, judged)
        assert f"cleanupPolicy.{key}" in message


@pytest.mark.parametrize("spec", [UNKNOWN, {"cleanupPolicy": UNKNOWN}, {"cleanupPolicy": {"confirmation": UNKNOWN}}])
def test_what_a_preview_does_not_know_is_no_finding(spec: Any) -> None:
    assert messages(RULE, rook("CephCluster", spec)) == []
