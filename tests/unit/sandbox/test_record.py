"""A region that this version did not start, a state that it cannot read, a port that it cannot have."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import verbs
from sandbox.paths import RegionDirectory
from sandbox.record import StaleRecord

ROOT = Path(__file__).parents[3]
VERBS = {
    "start": lambda directory: verbs.start(directory, "eu-central-1", 0, True),
    "status": lambda directory: verbs.status(directory, True),
    "env": verbs.environment,
    "stop": verbs.stop,
}


def sandbox(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HARDWAY_SANDBOX": str(folder)}
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("record", ['{"pid": 1, "kernel": "of another time"}', '{"pid": 1', "[]"])
@pytest.mark.parametrize("verb", ["start", "status", "env", "stop"])
def test_a_region_of_another_version_is_told_and_left_alone(tmp_path: Path, record: str, verb: str) -> None:
    (tmp_path / "region.json").write_text(record)
    with pytest.raises(StaleRecord, match=r"started by another version .* Nothing was touched.*/hw sandbox reset"):
        VERBS[verb](RegionDirectory(tmp_path))
    assert (tmp_path / "region.json").read_text() == record


def test_a_region_of_another_version_can_be_reset(tmp_path: Path) -> None:
    folder = tmp_path / "region"
    folder.mkdir()
    (folder / "region.json").write_text("{}")
    refused = sandbox(folder, "status")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert sandbox(folder, "reset").returncode == 0
    assert not folder.exists()


def test_a_damaged_state_counts_as_one_that_is_kept(tmp_path: Path) -> None:
    state = tmp_path / "state/.pulumi/stacks/hardway"
    state.mkdir(parents=True)
    (state / "sandbox.json").write_text('{"checkpoint": {"lat')
    assert verbs.holds_pulumi_state(RegionDirectory(tmp_path))


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        try:
            refused = sandbox(tmp_path / "region", "start", "--api-only", "--port", str(port))
        finally:
            sandbox(tmp_path / "region", "reset")
    assert refused.returncode == 1
    assert f"Port {port} is in use" in refused.stderr
    assert "Traceback" not in refused.stderr
