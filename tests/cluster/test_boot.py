"""The boot of a machine: a second run changes nothing, and a fault is named from outside until it is mended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cluster.conftest import Sandbox

BUNDLE_IS_KEPT = """
set -e
changes=/run/systemd/system/hardway-boot.service.d
mkdir -p $changes
printf '[Service]\\nExecStart=\\nExecStart=/usr/lib/hardway/boot\\n' >$changes/test.conf
systemctl daemon-reload
"""
"""Without this the first step unpacks the bundle anew, which undoes what a test edits in its files."""

BUNDLE_IS_UNPACKED = """
set -e
rm -rf /run/systemd/system/hardway-boot.service.d
systemctl daemon-reload
timeout 180 systemctl restart hardway-boot.service
"""
FILES = """
folders="/etc /opt/hardway /usr/lib/hardway"
find $folders -printf '%y %m %U:%G %p %l\\n' | LC_ALL=C sort
find $folders -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
"""
UNITS = "cut -f 2 /etc/hardway/units.tsv | xargs systemctl show -p Id,InvocationID,ActiveState,NRestarts"
RESTART = "timeout 180 systemctl restart hardway-boot.service"

WRONG = "0" * 64
WRONG_HASH = f"""
awk -F '\\t' -v OFS='\\t' '$4 == "/opt/cni/bin/loopback" {{ $2 = "{WRONG}" }} 1' /etc/hardway/artifacts.tsv >/run/edited
grep -q {WRONG} /run/edited
cat /run/edited >/etc/hardway/artifacts.tsv
rm /run/edited /var/lib/hardway/in-place/+opt+cni+bin+loopback
"""
NO_SUCH_SECRET = """
sed -i 's|^HW_SECRET=.*|HW_SECRET=hardway/sandbox/pool/none|' /etc/hardway/machine.env
rm /var/lib/hardway/in-place/secret
"""
FAILING_UNIT = """
mkdir -p /run/systemd/system/hardway-cni.service.d
printf '[Service]\\nExecStartPre=/bin/false\\n' >/run/systemd/system/hardway-cni.service.d/test.conf
systemctl daemon-reload
systemctl stop hardway-cni.service
"""
UNIT_IS_WHOLE = "rm -rf /run/systemd/system/hardway-cni.service.d"
# Nothing listens there, so that each question is refused at once and not only after a time.
NO_DNS = """
cp /etc/resolv.conf /run/resolv.conf.kept
echo 'nameserver 127.0.0.9' >/etc/resolv.conf
rm /var/lib/hardway/in-place/secret
"""
DNS_IS_BACK = """
if [ -e /run/resolv.conf.kept ]; then
  cat /run/resolv.conf.kept >/etc/resolv.conf
  rm /run/resolv.conf.kept
fi
"""


def shell(sandbox: Sandbox, machine: str, script: str) -> str:
    return sandbox.on(machine, "bash", "-c", script).stdout


def boot_of(sandbox: Sandbox, instance: str) -> dict[str, str]:
    """What `./hw status` shows of a machine's boot."""
    said = json.loads(sandbox.hw("status", "sandbox", "--json", check=False).stdout)
    machines: list[dict[str, Any]] = said["machines"]
    found: dict[str, str] = next(one["boot"] for one in machines if one["id"] == instance)
    return found


def is_told(sandbox: Sandbox, instance: str, step: str, state: str, words: str, seconds: float = 90) -> None:
    """Wait until `./hw status` shows that step and state with those words."""
    end = time.monotonic() + seconds
    while True:
        boot = boot_of(sandbox, instance)
        if (boot["step"], boot["state"]) == (step, state) and words in boot["reason"]:
            return
        assert time.monotonic() < end, f"after {seconds:.0f} s it is not {step} {state}: {words}, but {boot}"
        time.sleep(0.3)


@contextmanager
def fault(sandbox: Sandbox, instance: str, breaks: str, mends: str = "true") -> Iterator[None]:
    """The boot runs again with a fault in it. Afterwards the fault is gone and the boot is done."""
    try:
        shell(sandbox, instance, BUNDLE_IS_KEPT + breaks + "systemctl restart --no-block hardway-boot.service")
        yield
    finally:
        shell(sandbox, instance, f"{mends}\n{BUNDLE_IS_UNPACKED}")
        is_told(sandbox, instance, "units", "done", "")


@pytest.fixture(scope="module")
def worker(sandbox: Sandbox) -> Iterator[str]:
    """Instance id of a worker, which is as good as before when the module is through."""
    found = next(one for one in sandbox.machines() if one["pool"])
    identity = str(found["instance_id"])
    yield identity
    units = shell(sandbox, identity, UNITS)
    assert units.count("ActiveState=active") == units.count("ActiveState="), units


@pytest.mark.parametrize("role", ["control-plane", "worker"])
def test_a_second_run_changes_nothing(sandbox: Sandbox, worker: str, role: str) -> None:
    machine = worker if role == "worker" else "control-plane-3"
    files, units = shell(sandbox, machine, FILES), shell(sandbox, machine, UNITS)
    assert "/opt/hardway/bin/kubelet" in files
    assert "Id=kubelet.service" in units
    shell(sandbox, machine, RESTART)
    after = shell(sandbox, machine, FILES)
    assert sorted(set(after.splitlines()) ^ set(files.splitlines())) == []
    assert shell(sandbox, machine, UNITS) == units


def test_an_artifact_with_a_wrong_hash(sandbox: Sandbox, worker: str) -> None:
    with fault(sandbox, worker, WRONG_HASH):
        words = f"wrong hash of loopback.zst: expected {WRONG}, found "
        is_told(sandbox, worker, "artifacts", "failed", words)


def test_a_secret_that_does_not_exist(sandbox: Sandbox, worker: str) -> None:
    with fault(sandbox, worker, NO_SUCH_SECRET):
        words = "waiting: secret hardway/sandbox/pool/none has no value yet"
        is_told(sandbox, worker, "secrets", "running", words)


def test_a_unit_that_fails_again_and_again(sandbox: Sandbox, worker: str) -> None:
    with fault(sandbox, worker, FAILING_UNIT, UNIT_IS_WHOLE):
        is_told(sandbox, worker, "units", "running", "waiting for hardway-cni.service: ")
        is_told(sandbox, worker, "units", "failed", "unit hardway-cni.service failed: ")


def test_names_that_do_not_resolve(sandbox: Sandbox, worker: str) -> None:
    with fault(sandbox, worker, NO_DNS, DNS_IS_BACK):
        is_told(sandbox, worker, "secrets", "running", "Could not resolve host: secretsmanager.")
