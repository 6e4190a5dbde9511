"""How a member decides to start: the real script, with stand-ins for etcdctl and S3."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path("hardway/machine/templates/control-plane/usr/lib/hardway")
PLACES = ("/etc/etcd", "/var/lib/etcd", "/run/etcd", "/opt/hardway/bin", "/usr/lib/hardway", "/var/lib/hardway/restore")

ETCDCTL = """#!/bin/bash
# Knows the members in the file `list`; writes down what it is asked to change.
cd @ROOT@
while [[ $1 == --* ]]; do shift; done
case "$1 $2" in
  "member list") cat list ;;
  "member remove") echo "remove $3" >>calls; sed -i "/^$3,/d" list ;;
  "member add") echo "add $3 $4 $5" >>calls; echo "ffff, unstarted, , ${5#--peer-urls=}, , true" >>list ;;
esac
"""
AWS = """
aws_get_object() {
  case $1 in
    cluster/formed) [ "$(cat @ROOT@/marker)" = 0 ] && echo 1 >"$2" || return "$(cat @ROOT@/marker)" ;;
    *) [ -e "@ROOT@/s3/${1##*/}" ] && cp "@ROOT@/s3/${1##*/}" "$2" || return 44 ;;
  esac
}
chown() { :; }
install() { :; }
tee() { cat; }
curl() { cat "@ROOT@/others/${!#}" 2>/dev/null; }
"""
ETCDUTL = """#!/bin/bash
# Restores by making a folder, and writes down how it was asked to.
echo "$*" >>@ROOT@/restores
while [[ $1 != --data-dir ]]; do shift; done
mkdir -p "$2/member/wal" && touch "$2/member/wal/0-0.wal"
echo '2026-01-01T00:00:00Z info added member {"cluster-id": "beef", "added-peer-id": "1"}' >&2
"""

STARTED = "{id}, started, cp-{n}, https://10.0.0.{n}:2380, https://10.0.0.{n}:2379, false\n"
OTHERS = STARTED.format(id="aaaa", n=1) + STARTED.format(id="cccc", n=3)
ALL = "cp-1=https://10.0.0.1:2380,cp-2=https://10.0.0.2:2380,cp-3=https://10.0.0.3:2380"

GATES = "ETCD_FEATURE_GATES=InitialCorruptCheck=true,CompactHashCheck=true"


@dataclass
class Member:
    """The member cp-2 of three, with everything that its script touches below one folder."""

    root: Path
    told: str = ""
    """What the last run has said on the console."""

    def marker(self, code: int) -> None:
        """What asking S3 for the marker gives: 0, 44 (absent) or another fault."""
        (self.root / "marker").write_text(str(code))

    def cluster(self, members: str) -> None:
        (self.root / "list").write_text(members)

    def run(self, seconds: int = 300) -> tuple[int, str]:
        script = (
            (self.root / "usr/lib/hardway/etcd-formation").read_text().replace("SECONDS + 300", f"SECONDS + {seconds}")
        )
        answer = subprocess.run(["bash", "-c", script, "etcd-formation"], capture_output=True, text=True, timeout=30)
        self.told = answer.stdout
        return answer.returncode, answer.stderr

    @property
    def plan(self) -> dict[str, str]:
        lines = (self.root / "run/etcd/formation.env").read_text().splitlines()
        return {key.removeprefix("ETCD_INITIAL_"): value for key, value in (line.split("=", 1) for line in lines)}

    @property
    def calls(self) -> list[str]:
        path = self.root / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def member(tmp_path: Path) -> Member:
    def put(path: str, text: str, mode: int = 0o644) -> None:
        for place in PLACES:
            text = text.replace(place, f"{tmp_path}{place}")
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("@ROOT@", str(tmp_path)))
        target.chmod(mode)

    for name in ("etcd-formation", "etcd-peers.sh", "etcd-restore.sh"):
        put(f"usr/lib/hardway/{name}", (SCRIPTS / name).read_text())
    put("usr/lib/hardway/aws.sh", AWS)
    put("opt/hardway/bin/etcdctl", ETCDCTL, 0o755)
    put("opt/hardway/bin/etcdutl", ETCDUTL, 0o755)
    put("etc/etcd/etcd.env", f"ETCD_NAME=cp-2\n{GATES}\n")
    put("etc/etcd/members", "".join(f"cp-{n} 10.0.0.{n}\n" for n in (1, 2, 3)))
    (tmp_path / "run/etcd").mkdir(parents=True)
    (tmp_path / "var/lib/etcd/data").mkdir(parents=True)
    return Member(tmp_path)


def test_the_first_start_forms_a_cluster_of_all_members(member: Member) -> None:
    member.marker(44)
    assert member.run()[0] == 0
    assert member.plan == {"CLUSTER_STATE": "new", "CLUSTER": ALL}


def test_a_member_with_data_starts_without_asking_anybody(member: Member) -> None:
    log = member.root / "var/lib/etcd/data/member/wal/0-0.wal"
    log.parent.mkdir(parents=True)
    log.touch()
    member.marker(1)
    assert member.run()[0] == 0
    assert member.plan["CLUSTER_STATE"] == "existing"


def test_no_cluster_is_formed_while_s3_cannot_be_asked(member: Member) -> None:
    member.marker(1)
    code, reason = member.run()
    assert code == 1
    assert "cannot ask whether a cluster has formed" in reason
    assert not (member.root / "run/etcd/formation.env").exists()


def test_a_late_member_takes_the_place_that_waits_for_it(member: Member) -> None:
    member.marker(0)
    member.cluster(OTHERS + "bbbb, started, cp-2, https://10.0.0.2:2380, , false\n")
    assert member.run()[0] == 0
    assert member.calls == []
    assert member.plan["CLUSTER_STATE"] == "existing"
    assert sorted(member.plan["CLUSTER"].split(",")) == ALL.split(",")


def test_a_member_that_lost_its_disk_is_replaced_by_a_learner(member: Member) -> None:
    member.marker(0)
    member.cluster(OTHERS + STARTED.format(id="bbbb", n=2))
    assert member.run()[0] == 0
    assert member.calls == ["remove bbbb", "add cp-2 --learner --peer-urls=https://10.0.0.2:2380"]
    assert member.plan["CLUSTER_STATE"] == "existing"
    assert sorted(member.plan["CLUSTER"].split(",")) == ALL.split(",")


def test_a_member_that_the_cluster_does_not_know_is_added(member: Member) -> None:
    member.marker(0)
    member.cluster(OTHERS)
    assert member.run()[0] == 0
    assert member.calls == ["add cp-2 --learner --peer-urls=https://10.0.0.2:2380"]


def test_an_earlier_try_is_taken_up(member: Member) -> None:
    member.marker(0)
    member.cluster(OTHERS + "ffff, unstarted, , https://10.0.0.2:2380, , true\n")
    assert member.run()[0] == 0
    assert member.calls == []


def test_without_an_answer_from_the_others_it_says_so_and_forms_nothing(member: Member) -> None:
    member.marker(0)
    member.cluster("")
    code, reason = member.run(seconds=1)
    assert code == 1
    assert "cannot join the cluster that has formed: no other member answers" in reason
    assert not (member.root / "run/etcd/formation.env").exists()


def test_the_only_member_without_its_disk_asks_for_a_backup(member: Member) -> None:
    (member.root / "etc/etcd/members").write_text("cp-2 10.0.0.2\n")
    member.marker(0)
    code, reason = member.run(seconds=1)
    assert code == 1
    assert "restore a backup" in reason
