"""What `./hw status` says of certificates, and of control planes without a majority."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hardway.boot_console import Boot
from hardway.cli.cluster import Node
from hardway.cli.commands.status import backup, certificates, majority_lost
from hardway.cli.machines import Machine

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def node(name: str, **ends: str) -> Node:
    served = {server.replace("_", "-"): f"{day}T12:00:00Z" for server, day in ends.items()}
    return Node(name, True, "v1.36.3", "control-plane", "10.40.1.11", "", served)


def test_all_is_well_and_the_first_to_end_is_told() -> None:
    nodes = [node("a", etcd="2027-11-21", kubelet="2026-12-20"), node("b", kubelet="2026-12-21"), node("c")]
    assert certificates(nodes, NOW) == [
        "first certificate to end: certificate of kubelet on a ends 2026-12-20, in 29 days"
    ]


def test_each_that_ends_soon_is_told_with_its_remedy_whoever_ends_before_it() -> None:
    nodes = [
        node("a", kube_apiserver="2026-12-20", etcd_peer="2026-12-22", kubelet="2026-12-01"),
        node("b", kubelet="2026-11-22"),
    ]
    assert certificates(nodes, NOW) == [
        "certificate of kubelet on b ends 2026-11-22, in 1 days:"
        " it should have been renewed by itself, see ./hw logs b kubelet",
        "certificate of kube-apiserver on a ends 2026-12-20, in 29 days:"
        " raise hardway:pki.epochs.control_plane, then ./hw up",
    ]


def test_a_cluster_that_has_not_told_says_nothing() -> None:
    assert certificates([node("a")], NOW) == []


def test_the_age_of_the_newest_backup_is_told_whoever_wrote_it() -> None:
    nodes = [
        node("a"),
        replace(node("b"), backup="2026-11-21T11:57:30Z"),
        replace(node("c"), backup="2026-11-21T09:00:00Z"),
    ]
    assert backup(nodes, "test", NOW) == "newest backup of etcd: 2 min old"
    assert backup(nodes[::2], "test", NOW) == (
        "newest backup of etcd: 180 min old, which is overdue: docs/runbooks/backup-overdue.md"
    )
    assert backup(nodes[:1], "test", NOW) == "no backup of etcd is known yet: ./hw backups test"


def test_a_lost_majority_is_told_by_the_machines_that_are_off() -> None:
    members = ["a", "b", "c"]

    def told(**states: str) -> str | None:
        found = [Machine("i-1", name, name, "control-plane", "", "", state, Boot()) for name, state in states.items()]
        return majority_lost(members, found)

    assert told(a="running", b="running", c="stopped") is None
    assert told(a="running", b="running") is None
    assert told(a="running", b="stopped", c="pending") == (
        "2 of 3 control planes are not running (b, c): without a majority etcd answers neither reads nor writes,"
        " while pods go on. Start them: docs/runbooks/quorum-lost.md"
    )
    assert "3 of 3 control planes are not running (a, b, c)" in str(told())
