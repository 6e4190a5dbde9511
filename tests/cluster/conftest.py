"""One sandbox for all cluster tests: brought up once, in a folder of its own, and reset at the end.

While a test is being written, `HARDWAY_TEST_SANDBOX=FOLDER` has it run against the sandbox in that folder, which must
be up and is left as it is.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.host_state import host_state

ROOT = Path(__file__).parents[2]
by_command = pytest.mark.skipif(
    not os.environ.get("HARDWAY_TEST_ALL"),
    reason="runs by command only: HARDWAY_TEST_ALL=1 .venv/bin/python -m pytest tests/cluster",
)
"""For tests that take minutes, or that have not been seen to pass often enough to stop a merge."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox, as its user has it."""

    directory: Path
    environment: dict[str, str]
    summary: dict[str, Any]
    before: dict[str, object]
    """The host before the region existed."""

    def hw(self, *arguments: str, check: bool = True, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run `./hw`."""
        return run([str(ROOT / "hw"), *arguments], self.environment, check=check, given=given)

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        """What kubectl prints."""
        return self.hw("kubectl", "sandbox", "--", *arguments, check=check).stdout

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of `kubectl get … -o json`."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json"))["items"]
        return items

    def on(self, machine: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command on a machine, as root."""
        return self.hw("shell", machine, "--", *command, check=check)

    def region(self, *arguments: str) -> dict[str, Any]:
        """What `python -m sandbox` says as JSON."""
        python = str(ROOT / ".venv/bin/python")
        said: dict[str, Any] = json.loads(run([python, "-m", "sandbox", *arguments, "--json"], self.environment).stdout)
        return said

    def variables(self) -> dict[str, str]:
        """What `./hw sandbox env` gives to a plain `pulumi` or AWS client."""
        said: dict[str, str] = json.loads(self.hw("sandbox", "env", "--json").stdout)
        return said

    def machines(self) -> list[dict[str, Any]]:
        """The machines of the region."""
        python = str(ROOT / ".venv/bin/python")
        said: list[dict[str, Any]] = json.loads(
            run([python, "-m", "sandbox", "machines", "--json"], self.environment).stdout
        )
        return said

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the engine as a user would, with nothing of ours in between but its variables."""
        variables = self.variables()
        return run(["pulumi", "--non-interactive", *arguments], {**self.environment, **variables}, check=check)


def run(
    command: list[str], environment: dict[str, str], *, check: bool = True, given: str = "", seconds: int = 600
) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository; a failure shows all that it printed."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=seconds, check=False
    )
    if check and done.returncode != 0:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The environment `sandbox`, up, with its services."""
    kept = os.environ.get("HARDWAY_TEST_SANDBOX")
    directory = Path(kept) if kept else tmp_path_factory.mktemp("region") / "sandbox"
    environment = {**os.environ, "HARDWAY_SANDBOX": str(directory)}
    before = host_state(directory)
    if kept:
        up = run([str(ROOT / "hw"), "status", "sandbox", "--json"], environment)
        yield Sandbox(directory, environment, json.loads(up.stdout), before)
        return
    try:
        up = run([str(ROOT / "hw"), "up", "sandbox", "--yes", "--json"], environment, seconds=1800)
        yield Sandbox(directory, environment, json.loads(up.stdout), before)
    finally:
        run([str(ROOT / "hw"), "sandbox", "reset", "--yes"], environment, check=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Single machines first, while no sandbox has the computer's routes; then what `up` made, before anything disturbs
    it; and what takes the sandbox down comes last."""

    def place(item: pytest.Item) -> int:
        if item.path.parent.name == "machines":
            return 0
        if item.path.name.startswith("test_environment_"):
            return 1
        return 3 if item.path.name == "test_teardown.py" else 2

    items.sort(key=place)
