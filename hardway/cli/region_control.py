"""Runs `python -m sandbox <verb>`: all that the command line knows of the region in a box."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hardway.cli.failure import Failure
from hardway.cli.paths import REPOSITORY


class Region:
    """The region whose files are in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def start(
        self, name: str, *, api_only: bool = False, on_line: Callable[[str], None] = lambda line: None
    ) -> dict[str, Any]:
        """Start it under that AWS region's name unless it runs; what it says of itself once it is ready."""
        command = self._command("start", "--region", name, *(["--api-only"] if api_only else []))
        process = subprocess.Popen(
            command,
            env=self._variables(),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said: list[str] = []
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            if line.strip():
                said.append(line.strip())
                on_line(line.strip())
        facts = process.stdout.read()
        if process.wait() != 0:
            raise Failure("\n  ".join(said[-15:]) or f"the region in {self.directory} did not start and said nothing.")
        return _mapping(facts)

    def variables(self) -> dict[str, str]:
        """Environment variables that point the engine and every AWS client at the region."""
        found = json.loads(self._output("env", "--json"))
        return {str(key): str(value) for key, value in found.items()}

    def status(self) -> dict[str, Any]:
        """What the region says of itself; `running` is false when there is none."""
        done = self._run("status", "--json")
        # Exit code 3 says that it does not run; its text is as good as ever.
        if done.returncode not in (0, 3):
            raise Failure(done.stderr.strip() or f"the region in {self.directory} does not say how it is.")
        return _mapping(done.stdout)

    def running(self) -> bool:
        """Whether its process is alive."""
        return bool(self.status().get("running"))

    def reset(self) -> None:
        """End it and remove every trace."""
        self._output("reset")

    def forward(self, *arguments: str) -> int:
        """Run a verb with the user's terminal; its exit code."""
        return subprocess.run(self._command(*arguments), env=self._variables(), cwd=REPOSITORY, check=False).returncode

    def _output(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode != 0:
            raise Failure(f"the region could not do {arguments[0]!r}: {done.stderr.strip() or 'it said nothing'}")
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments),
            env=self._variables(),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _command(self, *arguments: str) -> Sequence[str]:
        return [sys.executable, "-m", "sandbox", *arguments]

    def _variables(self) -> dict[str, str]:
        return {**os.environ, "HARDWAY_SANDBOX": str(self.directory)}


def _mapping(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise Failure(f"the region answered something that is no JSON: {text[:200]!r}") from error
    return dict(found)
