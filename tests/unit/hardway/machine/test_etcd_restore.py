"""When a member restores a backup, and when it must not: the real scripts, with stand-ins for etcd's tools and S3."""

from __future__ import annotations

import hashlib
import subprocess
import time

import pytest

from tests.unit.hardway.machine.test_etcd_formation import ALL, OTHERS, Member, member

__all__ = ["member"]

SNAPSHOT = b"what lived"
SHA256 = hashlib.sha256(SNAPSHOT).hexdigest()
KEY = f"cluster/restore/{SHA256}.db.zst"


def order(member: Member, **changes: str) -> None:
    """All members have lost their disks, and an operator has ordered a restore."""
    values = {
        "RESTORE_SNAPSHOT": KEY,
        "RESTORE_SHA256": SHA256,
        "RESTORE_TOKEN": "hardway-test-1",
        "RESTORE_REVISION": "1000000007",
        "RESTORE_VALID_UNTIL": str(int(time.time()) + 60),
        **changes,
    }
    s3 = member.root / "s3"
    s3.mkdir(exist_ok=True)
    (s3 / "order.env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    packed = subprocess.run(["zstd", "-q", "-c"], input=SNAPSHOT, stdout=subprocess.PIPE, check=True).stdout
    (s3 / f"{SHA256}.db.zst").write_bytes(packed)
    member.marker(0)
    member.cluster("")


def restored(member: Member) -> bool:
    return (member.root / "var/lib/etcd/data/member/wal/0-0.wal").exists()


def test_an_order_is_carried_out_with_the_planned_members_and_the_new_token(member: Member) -> None:
    order(member)
    code, said = member.run(seconds=8)
    assert code == 0, said
    # Members that start at once would wait for each other's answer to that check.
    gates = {"ETCD_FEATURE_GATES": "InitialCorruptCheck=false,CompactHashCheck=true"}
    assert member.plan == {"CLUSTER_STATE": "existing", "CLUSTER": ALL, **gates}
    assert restored(member)
    (call,) = (member.root / "restores").read_text().splitlines()
    for part in (
        "--name cp-2",
        f"--initial-cluster {ALL}",
        "--initial-cluster-token hardway-test-1",
        "--initial-advertise-peer-urls https://10.0.0.2:2380",
        "--bump-revision 1000000000 --mark-compacted",
    ):
        assert part in call
    note = (member.root / "var/lib/etcd/restored").read_text()
    assert note.startswith("REVISION=1000000007\nCLUSTER=beef\n")
    assert not (member.root / "var/lib/hardway/restore").exists()
    assert not (member.root / "var/lib/etcd/restoring").exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"RESTORE_VALID_UNTIL": "1700000000"}, "state=waiting reason=the order to restore has expired"),
        ({"RESTORE_SHA256": "0" * 64}, "state=failed reason=wrong hash of"),
        ({"RESTORE_TOKEN": "a; rm -rf /"}, "state=failed reason=the order cluster/restore/order.env is not complete"),
        ({"RESTORE_SNAPSHOT": "cluster/formed"}, "is not complete"),
        ({"RESTORE_SNAPSHOT": f"cluster/restore/{'1' * 64}.db.zst"}, "state=failed"),
    ],
)
def test_an_order_that_is_not_right_changes_nothing(member: Member, changes: dict[str, str], reason: str) -> None:
    order(member, **changes)
    assert member.run(seconds=1)[0] == 1
    assert reason in member.told
    assert not restored(member)
    assert not (member.root / "var/lib/etcd/restored").exists()


def test_without_an_order_it_waits_and_says_for_what_once(member: Member) -> None:
    member.marker(0)
    member.cluster("")
    assert member.run(seconds=5)[0] == 1
    assert member.told.count("state=waiting") == 1
    assert "./hw restore ENV" in member.told


def test_nothing_is_restored_while_the_others_have_a_cluster(member: Member) -> None:
    order(member)
    member.cluster(OTHERS)
    assert member.run()[0] == 0
    assert member.calls == ["add cp-2 --learner --peer-urls=https://10.0.0.2:2380"]
    assert not (member.root / "restores").exists()


@pytest.mark.parametrize(("cluster", "expected"), [("beef", True), ("cafe", False)])
def test_a_member_with_other_data_stops_a_restore_even_without_a_quorum(
    member: Member, cluster: str, expected: bool
) -> None:
    """It tells its cluster on the peer port. Who has restored the same order is in the cluster that this one makes."""
    order(member)
    answer = member.root / "others/https://10.0.0.3:2380/members"
    answer.parent.mkdir(parents=True)
    answer.write_text(f"HTTP/1.1 200 OK\r\nX-Etcd-Cluster-Id: {cluster}\r\n\r\n")
    assert (member.run(seconds=1)[0] == 0) is expected
    assert restored(member) is expected
    if not expected:
        assert "cp-3 has data of the cluster cafe: nothing is restored beside it" in member.told


def test_who_comes_last_takes_the_data_of_the_others_and_starts_anew_as_they_do(member: Member) -> None:
    order(member)
    (member.root / "run/etcd/restore.told").write_text("waiting for an order\n")
    member.cluster(OTHERS + "bbbb, started, cp-2, https://10.0.0.2:2380, , false\n")
    assert member.run()[0] == 0
    assert not restored(member)
    assert (member.root / "var/lib/etcd/restored").read_text() == "CLUSTER=others\n"


def test_a_member_that_joins_as_always_notes_no_restore(member: Member) -> None:
    member.marker(0)
    member.cluster(OTHERS + "bbbb, started, cp-2, https://10.0.0.2:2380, , false\n")
    assert member.run()[0] == 0
    assert not (member.root / "var/lib/etcd/restored").exists()
