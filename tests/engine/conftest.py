"""The real engine on an API-only region: one region for all tests, a project and a stack for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from hardway.artifacts.engine import find_engine

ROOT = Path(__file__).parents[2]
# For the passphrase that every region has; a stack file that has a salt is never rewritten.
SALT = "v1:Equr8XxYci0=:v1:GGVgMdaG9PX8Qsbv:55MSuoTA8LX6tqCSEtVc22kbFYzN9Q=="
READS = ("Get", "Describe", "List", "Head", "Lookup")


@dataclass(frozen=True)
class Region:
    """A running API-only region."""

    directory: Path
    environment: dict[str, str]

    def client(self, service: str) -> Any:
        """A client with the operator's rights."""
        session: Any = boto3.Session()
        return session.client(
            service,
            region_name=self.environment["AWS_REGION"],
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
        )

    def calls(self) -> list[tuple[str, str]]:
        """Service and action of each call so far."""
        lines = (self.directory / "logs/api.log").read_text().splitlines()
        return [(line.split()[2], line.split()[3]) for line in lines]


@dataclass(frozen=True)
class Project:
    """A Pulumi project with one stack, `test`."""

    folder: Path
    region: Region
    engine: Path

    def write(self, program: str) -> None:
        """Make this the program."""
        (self.folder / "__main__.py").write_text("import pulumi\n" + textwrap.dedent(program))

    def command(self, *arguments: str) -> list[str]:
        return [str(self.engine), *arguments, "--non-interactive"]

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run the engine; what it printed. Anything but the expected end fails the test."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.region.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        printed = done.stdout + done.stderr
        if (done.returncode != 0) != fails:
            pytest.fail(f"pulumi {' '.join(arguments)} ended with {done.returncode}\n{printed}", pytrace=False)
        return printed

    def up(self, program: str | None = None, *, fails: bool = False) -> str:
        """Update to the program, without a preview."""
        if program is not None:
            self.write(program)
        return self.run("up", "--yes", "--skip-preview", fails=fails)

    def steps(self, *options: str) -> dict[str, dict[str, Any]]:
        """The steps of a preview by resource name; those that change nothing are left out."""
        preview = json.loads(self.run("preview", "--json", *options))
        found = {step["urn"].rsplit("::", 1)[-1]: step for step in preview["steps"]}
        return {name: step for name, step in found.items() if step["op"] != "same" and "::pulumi:" not in step["urn"]}

    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by name, as they are stored."""
        state = json.loads(self.run("stack", "export"))
        return {entry["urn"].rsplit("::", 1)[-1]: entry for entry in state["deployment"].get("resources", [])}

    def output(self, name: str) -> Any:
        return json.loads(self.run("stack", "output", "--json", "--show-secrets"))[name]

    def writes(self, action: Callable[[], Any]) -> list[tuple[str, str]]:
        """The calls that change anything in the region and were made during the action."""
        before = len(self.region.calls())
        action()
        return [call for call in self.region.calls()[before:] if not call[1].startswith(READS)]


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """A region of its own, gone afterwards."""
    directory = tmp_path_factory.mktemp("engine") / "region"
    environment = {**os.environ, "HARDWAY_SANDBOX": str(directory)}

    def sandbox(*arguments: str) -> str:
        command = [sys.executable, "-m", "sandbox", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    sandbox("start", "--api-only")
    try:
        yield Region(directory, {**environment, **json.loads(sandbox("env", "--json"))})
    finally:
        sandbox("reset")


@pytest.fixture
def project(region: Region, tmp_path: Path) -> Iterator[Project]:
    """An empty project; what its stack made is destroyed afterwards."""
    name = "".join(character if character.isalnum() else "-" for character in tmp_path.name)
    (tmp_path / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (tmp_path / "Pulumi.test.yaml").write_text(f"encryptionsalt: {SALT}\nconfig:\n  aws:region: eu-central-1\n")
    project = Project(tmp_path, region, find_engine().path)
    project.run("stack", "init", "test")
    yield project
    project.run("destroy", "--yes", "--skip-preview")
