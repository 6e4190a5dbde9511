from __future__ import annotations

from hardway.artifacts.lock import ArtifactLock, load_lock
from hardway.machine.artifact_plan import artifacts_for, groups_of

LOCK: ArtifactLock = load_lock("sandbox")


def test_etcd_and_the_api_server_come_before_all_else() -> None:
    assert groups_of("control-plane")[:3] == ("etcd", "apiserver", "control")
    assert [one.artifact.name for one in artifacts_for("control-plane", LOCK)][:3] == [
        "etcd",
        "etcdctl",
        "kube-apiserver",
    ]


def test_groups_stay_together_and_in_order() -> None:
    for role in ("control-plane", "worker"):
        groups = [one.group for one in artifacts_for(role, LOCK)]
        assert tuple(dict.fromkeys(groups)) == groups_of(role)
        assert groups == sorted(groups, key=groups_of(role).index)


def test_every_locked_artifact_is_somebodys() -> None:
    placed = {one.artifact.name for role in ("control-plane", "worker") for one in artifacts_for(role, LOCK)}
    assert placed == {artifact.name for artifact in LOCK.artifacts}


def test_a_worker_gets_nothing_of_the_control_plane() -> None:
    names = {one.artifact.name for one in artifacts_for("worker", LOCK)}
    assert not names & {"etcd", "etcdctl", "etcdutl", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}


def test_destinations_follow_from_the_kind() -> None:
    placed = {one.artifact.name: (one.destination, one.mode) for one in artifacts_for("worker", LOCK)}
    assert placed["kubelet"] == ("/opt/hardway/bin/kubelet", 0o755)
    assert placed["bridge"] == ("/opt/cni/bin/bridge", 0o755)
    assert placed["nftables"] == ("/var/lib/hardway/packages/nftables.deb", 0o644)
    assert placed["pause"] == ("/var/lib/hardway/images/pause.tar", 0o644)
