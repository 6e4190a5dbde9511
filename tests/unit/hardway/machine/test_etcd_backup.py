"""The program that backs etcd up: what it stores, in which order, and when it does not. etcd and S3 are stand-ins."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from hardway.machine.template import TEMPLATES

PLACES = ("/etc/etcd", "/etc/hardway", "/run/hardway", "/opt/hardway/bin", "/usr/lib/hardway", "/var/lib/hardway")
ETCDCTL = """#!/bin/bash
while [[ $1 == --* ]]; do shift; done
case "$1 $2" in
  "endpoint status") printf '"MemberID" : 7\\n"Version" : "3.6.14"\\n"Leader" : %s\\n' "$(cat @ROOT@/leader)" ;;
  "snapshot save") echo 'what lives' >"$3" ;;
esac
"""
ETCDUTL = """#!/bin/bash
[ -e @ROOT@/broken ] && { echo 'Error: bad hash' >&2; exit 1; }
echo '{"hash":3735928559,"revision":41,"totalKey":9,"totalSize":24576,"version":"3.6.0"}'
"""
AWS = """
AWS_EXISTS=45 HW_ENVIRONMENT=test HW_BUCKET=artifacts
aws_put_object() {
  echo "$HW_BUCKET $1 ${*:3}" >>@ROOT@/puts
  [ ! -e "@ROOT@/refuse/${1%%.*}" ] || return "$(cat "@ROOT@/refuse/${1%%.*}")"
  mkdir -p "@ROOT@/s3/${1%/*}" && cp "$2" "@ROOT@/s3/$1"
}
curl() { echo "$*" >>@ROOT@/api; }
systemctl() { cat @ROOT@/began; }
"""


class Machine:
    """A control plane with everything that its script touches below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        texts = {
            "usr/lib/hardway/etcd-backup": (TEMPLATES / "backup/usr/lib/hardway/etcd-backup").read_text(),
            "usr/lib/hardway/etcd-peers.sh": (TEMPLATES / "control-plane/usr/lib/hardway/etcd-peers.sh").read_text(),
            "usr/lib/hardway/aws.sh": AWS,
            "usr/lib/hardway/etcd-digest": '#!/bin/sh\necho \'{"/registry/pods":{"count":9,"sha256":"ab"}}\'\n',
            "opt/hardway/bin/etcdctl": ETCDCTL,
            "opt/hardway/bin/etcdutl": ETCDUTL,
            "etc/etcd/etcd.env": "ETCD_NAME=cp-2\n",
            "etc/etcd/members": "cp-1 10.0.0.1\ncp-2 10.0.0.2\n",
            "etc/hardway/backup.env": "HW_BACKUP_BUCKET=backups\nHW_KUBERNETES_VERSION=1.36.3\n",
            "run/hardway/machine.env": "HW_NODE_NAME=cp-2\n",
            "etc/kubernetes/pki/service-account.key": "the key",
            "leader": "7",
            "began": "0",
        }
        for path, text in texts.items():
            for place in PLACES:
                text = text.replace(place, f"{root}{place}")
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(
                text.replace("@ROOT@", str(root)).replace("tar -C / ", f"tar -C {root} --ignore-failed-read ")
            )
            target.chmod(0o755)
        (root / "var/lib/hardway/backup").mkdir(parents=True)

    def run(self) -> tuple[int, str]:
        done = subprocess.run(["bash", self.root / "usr/lib/hardway/etcd-backup"], capture_output=True, text=True)
        return done.returncode, done.stderr

    @property
    def puts(self) -> list[str]:
        path = self.root / "puts"
        return path.read_text().splitlines() if path.exists() else []

    def refuse(self, key: str, code: int) -> None:
        path = self.root / "refuse" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(code))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for path in ("kubernetes/encryption.yaml", "etcd/pki/ca.crt", "hardway/identity.env", "hardway/machine.env"):
        (tmp_path / "etc" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "etc" / path).write_text("")
    (tmp_path / "etc/hardway/artifacts.tsv").write_text("")
    return Machine(tmp_path)


def tiers(puts: list[str]) -> list[str]:
    return [put.split()[1].split("/")[1] for put in puts]


def test_a_backup_holds_what_a_restore_needs_and_is_told_last(machine: Machine) -> None:
    code, said = machine.run()
    assert code == 0, said
    assert tiers(machine.puts) == ["5-minutely", "hourly", "daily", "latest"]
    assert all(put.startswith("backups etcd/") for put in machine.puts)
    latest = json.loads((machine.root / "s3/etcd/latest/test.json").read_text())
    with tarfile.open(machine.root / "s3" / latest["key"]) as archive:
        assert archive.getnames() == ["manifest.json", "snapshot.db.zst", "identity.tar.zst"]
        member = archive.extractfile("manifest.json")
        assert member
        manifest = json.load(member)
        archive.extract("identity.tar.zst", machine.root, filter="data")
    assert latest == {"key": latest["key"], **manifest}
    expected = {"format": 1, "environment": "test", "member": "cp-2", "revision": 41, "etcd_hash": 3735928559}
    assert manifest.items() >= {**expected, "total_keys": 9, "snapshot_bytes": 11, "etcd_version": "3.6.14"}.items()
    assert manifest["digests"] == {"/registry/pods": {"count": 9, "sha256": "ab"}}
    assert latest["key"].endswith("-41.tar")
    unpack = ["tar", "--zstd", "-tf", str(machine.root / "identity.tar.zst")]
    assert "etc/kubernetes/pki/service-account.key" in subprocess.check_output(unpack, text=True).splitlines()
    assert not (machine.root / "var/lib/hardway/backup/work").exists()
    assert "hardway_etcd_backup_revision 41" in (machine.root / "var/lib/hardway/metrics/etcd_backup.prom").read_text()
    assert manifest["taken_at"] in (machine.root / "api").read_text()


def test_hours_and_days_are_stored_once(machine: Machine) -> None:
    machine.run()
    (machine.root / "puts").unlink()
    assert machine.run()[0] == 0
    assert tiers(machine.puts) == ["5-minutely", "latest"]


def test_an_hour_that_another_leader_has_stored_is_left_as_it_is(machine: Machine) -> None:
    machine.run()
    (hourly,) = (machine.root / "s3/etcd/hourly/test").iterdir()
    (machine.root / "var/lib/hardway/backup/hourly").unlink()
    machine.refuse(f"etcd/hourly/test/{hourly.stem}", 45)
    (machine.root / "puts").unlink()
    assert machine.run()[0] == 0
    assert tiers(machine.puts) == ["5-minutely", "hourly", "latest"]
    assert any("hourly" in put and put.endswith("If-None-Match: *") for put in machine.puts)


def test_who_does_not_lead_does_nothing(machine: Machine) -> None:
    (machine.root / "leader").write_text("8")
    assert machine.run() == (0, "")
    assert machine.puts == []


def test_a_boot_has_two_minutes_for_itself(machine: Machine) -> None:
    up = float(Path("/proc/uptime").read_text().split()[0])
    (machine.root / "began").write_text(str(int((up - 50) * 1e6)))
    assert machine.run() == (0, "")
    assert machine.puts == []
    (machine.root / "began").write_text(str(int((up - 150) * 1e6)))
    assert machine.run()[0] == 0
    assert machine.puts


def test_a_broken_snapshot_is_stored_nowhere(machine: Machine) -> None:
    (machine.root / "broken").touch()
    code, said = machine.run()
    assert (code, machine.puts) == (1, [])
    assert "the snapshot is broken: Error: bad hash" in said


def test_what_could_not_be_stored_is_not_told_as_the_latest(machine: Machine) -> None:
    machine.run()
    (machine.root / "puts").unlink()
    (machine.root / "var/lib/hardway/backup/daily").unlink()
    (daily,) = (machine.root / "s3/etcd/daily/test").iterdir()
    machine.refuse(f"etcd/daily/test/{daily.stem}", 1)
    assert machine.run()[0] == 1
    assert tiers(machine.puts) == ["5-minutely", "daily"]
