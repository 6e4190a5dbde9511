from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path

import pytest

from hardway.cli.cluster import Cluster, _unready, ca_of
from hardway.cli.failure import Failure

NODES = {
    "items": [
        {
            "metadata": {
                "name": "ip-10-0-0-9",
                "labels": {"hardway.dev/role": "worker"},
                "annotations": {
                    "hardway.dev/served-certificates": "etcd=2027-11-21T12:00:00Z kubelet=2026-12-20T12:00:00Z"
                },
            },
            "status": {
                "addresses": [{"type": "InternalIP", "address": "10.0.0.9"}],
                "conditions": [
                    {"type": "Ready", "status": "False", "message": "cni plugin not initialized"},
                    {"type": "DiskPressure", "status": "True", "message": "kubelet has disk pressure"},
                    {"type": "MemoryPressure", "status": "False", "message": "kubelet has sufficient memory available"},
                ],
                "nodeInfo": {"kubeletVersion": "v1.36.3"},
            },
        },
        {
            "metadata": {"name": "control-plane-1"},
            "spec": {"taints": [{"key": "node-role.kubernetes.io/control-plane"}]},
            "status": {"conditions": [{"type": "Ready", "status": "True", "message": "kubelet is ready"}]},
        },
    ]
}


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """A cluster whose kubectl prints two nodes."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(NODES)}\nEND\n")
    kubectl.chmod(kubectl.stat().st_mode | stat.S_IXUSR)
    return Cluster(kubectl, tmp_path / "kubeconfig", "https://127.0.0.1:1", "")


def test_control_planes_come_first_also_without_a_label(cluster: Cluster) -> None:
    first, second = cluster.nodes()
    assert (first.name, first.role, first.ready) == ("control-plane-1", "control-plane", True)
    assert (second.role, second.ready, second.address) == ("worker", False, "10.0.0.9")


def test_a_node_tells_what_it_serves_and_what_it_is_short_of(cluster: Cluster) -> None:
    control_plane, worker = cluster.nodes()
    assert worker.certificates == {"etcd": "2027-11-21T12:00:00Z", "kubelet": "2026-12-20T12:00:00Z"}
    assert worker.pressure == "kubelet has disk pressure"
    assert (control_plane.certificates, control_plane.pressure) == ({}, "")


def test_waiting_for_nodes_ends_with_who_is_not_ready_and_why(cluster: Cluster) -> None:
    with pytest.raises(Failure, match=r"1 of 2 nodes are Ready\. ip-10-0-0-9: cni plugin not initialized"):
        cluster.wait_for_nodes(2, time.monotonic() - 1, lambda nodes: None)


def test_what_kubectl_says_is_the_failure(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "kubectl").write_text("#!/bin/sh\necho no such thing >&2\nexit 1\n")
    with pytest.raises(Failure, match="kubectl get nodes failed: no such thing"):
        cluster.nodes()


def test_an_api_that_does_not_answer_is_a_reason(tmp_path: Path) -> None:
    reason = Cluster(tmp_path, tmp_path, "https://127.0.0.1:1", "").api_reason()
    assert reason is not None
    assert "https://127.0.0.1:1 does not answer" in reason


def test_only_failing_checks_are_told() -> None:
    body = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/rbac failed: withheld\nreadyz check failed"
    assert _unready(body) == "etcd, poststarthook/rbac"
    assert _unready('{"message":  "forbidden"}\n') == '{"message": "forbidden"}'


def test_url_and_authority_come_from_the_kubeconfig() -> None:
    authority = base64.b64encode(b"PEM").decode()
    cluster = {"server": "https://api.test:6443", "certificate-authority-data": authority}
    kubeconfig = json.dumps({"clusters": [{"cluster": cluster}]})
    assert ca_of(kubeconfig) == ("https://api.test:6443", "PEM")
