"""`./hw preview` of an environment on AWS, from a computer without credentials, network or state."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hardway.artifacts.engine import find_engine
from hardway.cli.paths import cache_directory

ROOT = Path(__file__).parents[2]
HIDDEN = ("AWS_", "PULUMI_", "HARDWAY_")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_is_previewed_without_credentials_and_network(environment: str, tmp_path: Path) -> None:
    find_engine()  # it is built or downloaded once, which does take a network
    stack_file = ROOT / "stacks" / f"Pulumi.{environment}.yaml"
    before = stack_file.read_bytes()
    variables = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    variables |= {"HOME": str(tmp_path), "HARDWAY_CACHE": str(cache_directory())}
    alone = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    done = subprocess.run(
        [*alone, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", str(ROOT / "hw"), "preview", environment],
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "there are no AWS credentials" in done.stderr
    assert "to create" in done.stdout
    assert stack_file.read_bytes() == before
