"""Pods that see files of their node."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.host_path_mounted import RULE
from tests.policy.resources import messages
from tests.policy.workloads import deployment, object_of, pod

HOST_PATH = {"name": "run", "hostPath": {"path": "/run/containerd"}}


@pytest.mark.parametrize(
    "volumes",
    [
        None,
        [],
        [{"name": "scratch", "emptyDir": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        UNKNOWN,
        [UNKNOWN],
        [{"name": "run", "hostPath": UNKNOWN}],
    ],
)
def test_other_volumes_are_no_finding(volumes: Any) -> None:
    assert messages(RULE, deployment(pod(volumes=volumes))) == []


@pytest.mark.parametrize("host_path", [{"path": "/"}, {"path": UNKNOWN}, {}])
def test_a_path_of_the_node_is_found(host_path: Any) -> None:
    volumes = [{"name": "scratch", "emptyDir": {}}, {"name": "run", "hostPath": host_path}]
    (message,) = messages(RULE, deployment(pod(volumes=volumes)))
    assert "volume run" in message


def test_the_platforms_own_pods_may() -> None:
    spec = pod(volumes=[HOST_PATH])
    assert messages(RULE, deployment(spec, namespace="kube-system")) == []
    assert messages(RULE, deployment(spec, namespace=UNKNOWN)) == []
    assert len(messages(RULE, deployment(spec, namespace=None))) == 1
    settings = Settings.model_validate({"system_namespaces": ["storage"]})
    assert messages(RULE, deployment(spec, namespace="storage"), settings) == []
    assert len(messages(RULE, deployment(spec, namespace="kube-system"), settings)) == 1


def test_a_persistent_volume_is_no_way_around() -> None:
    def volume(**spec: Any) -> list[str]:
        return messages(RULE, object_of("v1", "PersistentVolume", {"spec": spec}))

    assert volume(csi={"driver": "rbd.csi.ceph.com"}) == volume(hostPath=UNKNOWN) == volume() == []
    assert len(volume(hostPath={"path": "/srv"})) == 1
