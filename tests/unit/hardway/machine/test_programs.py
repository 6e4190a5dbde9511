"""The pieces of shell that compute something, run as a machine runs them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hardway.machine.template import TEMPLATES

PROGRAMS = TEMPLATES / "common/usr/lib/hardway"


def cni_config(tmp_path: Path, subnet: str) -> dict[str, Any]:
    """Run the program with its folders moved below `tmp_path`."""
    lease = tmp_path / "subnet.env"
    lease.write_text(f"FLANNEL_NETWORK=10.41.0.0/16\nFLANNEL_SUBNET={subnet}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n")
    program = (PROGRAMS / "cni-config").read_text()
    program = program.replace("/run/flannel/subnet.env", str(lease)).replace("/etc/cni/net.d", str(tmp_path))
    subprocess.run(["bash"], input=program, text=True, check=True)
    written: dict[str, Any] = json.loads((tmp_path / "10-hardway.conflist").read_text())
    return written


@pytest.mark.parametrize(
    ("lease", "network"),
    [
        ("10.41.3.1/24", "10.41.3.0/24"),
        ("10.41.16.1/20", "10.41.16.0/20"),
        ("10.41.0.193/26", "10.41.0.192/26"),
        ("192.168.255.241/28", "192.168.255.240/28"),
    ],
)
def test_the_plugins_get_the_network_of_the_lease(tmp_path: Path, lease: str, network: str) -> None:
    bridge, portmap = cni_config(tmp_path, lease)["plugins"]
    assert bridge["ipam"]["ranges"] == [[{"subnet": network}]]
    assert (bridge["mtu"], bridge["ipMasq"]) == (1450, False)
    assert portmap["backend"] == "nftables"


def report(tmp_path: Path, commands: str) -> tuple[str, dict[str, object]]:
    library = (PROGRAMS / "report.sh").read_text().replace("/run/hardway", str(tmp_path))
    done = subprocess.run(["bash"], input=library + commands, text=True, capture_output=True, check=False)
    state: dict[str, object] = json.loads((tmp_path / "boot.json").read_text())
    return done.stdout.splitlines()[-1], state


def test_a_failure_is_one_line_whatever_its_reason_holds(tmp_path: Path) -> None:
    line, state = report(tmp_path, "step artifacts\nfail $'a \"quoted\" \\\\ reason\\nof two\\tlines'\n")
    reason = 'a "quoted" \\ reason | of two lines'
    assert line == f"hardway-boot: step=artifacts state=failed reason={reason}"
    assert (state["step"], state["state"], state["reason"]) == ("artifacts", "failed", reason)


def test_an_end_that_nothing_explains_is_a_failure_of_its_step(tmp_path: Path) -> None:
    line, state = report(tmp_path, "set -e\nstep packages\nfalse\n")
    assert line.startswith("hardway-boot: step=packages state=failed reason=ended unexpectedly with code 1")
    assert state["state"] == "failed"


def test_the_last_word_is_done(tmp_path: Path) -> None:
    line, state = report(tmp_path, "step units\ndone_with units\n")
    assert line == "hardway-boot: step=units state=done reason="
    assert state["state"] == "done"


WAITS = [
    ("learn_identity", "credentials", "no credentials from the metadata service: timed out"),
    ("unpack_secret", "secrets", "secret pool/none has no value yet secret pool/none: timed out"),
    ("mount_data_volume", "data-volume", "volume vol-0a1b is not attached yet"),
]
NOTHING_THERE = """
HW_SECRET=pool/none HW_DATA_VOLUME_ID=vol-0a1b
aws_credentials() { AWS_PROBLEM="no credentials from the metadata service: timed out"; return 1; }
aws_get_secret() { echo "secret $1: timed out" >&2; return 1; }
mountpoint() { false; }
sleep() { SECONDS=$((SECONDS + 3)); }
"""


@pytest.mark.parametrize(("function", "step", "reason"), WAITS)
def test_a_long_wait_says_every_ten_seconds_for_what(tmp_path: Path, function: str, step: str, reason: str) -> None:
    library = (PROGRAMS / "report.sh").read_text().replace("/run/hardway", str(tmp_path))
    boot = (PROGRAMS / "boot").read_text().replace("/var/lib/hardway", str(tmp_path)).removesuffix("main\n")
    boot = "".join(line for line in boot.splitlines(keepends=True) if not line.startswith(". /usr/lib/hardway/"))
    script = library + boot + NOTHING_THERE + function
    done = subprocess.run(["bash", "-c", script], text=True, capture_output=True, check=False)
    first, *waits, last = done.stdout.splitlines()
    assert first == f"hardway-boot: step={step} state=running reason="
    assert set(waits) == {f"hardway-boot: step={step} state=running reason=waiting: {reason}"}
    assert 40 <= len(waits) <= 60
    assert last.startswith(f"hardway-boot: step={step} state=failed reason=")


def field(name: str, document: str) -> str:
    library = (PROGRAMS / "aws.sh").read_text().replace(". /etc/hardway/identity.env\n. /etc/hardway/machine.env\n", "")
    command = library + '\n_aws_field "$1" "$2"'
    return subprocess.run(
        ["bash", "-c", command, "bash", name, document], text=True, capture_output=True, check=True
    ).stdout


def test_fields_are_read_from_json_however_it_is_spaced() -> None:
    assert field("Token", '{\n  "AccessKeyId" : "AKIA",\n  "Token" : "a+/b=="\n}') == "a+/b=="
    assert field("SecretString", '{"Name":"n","SecretString":"H4sI"}') == "H4sI"
    assert field("Missing", "{}") == ""
