"""Runs the real `pulumi` command for one stack, quietly with progress or with the user's terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Failure, Refused
from hardway.cli.local_state import local_deployment
from hardway.cli.paths import REPOSITORY, private_directory
from hardway.cli.recording import Recording
from hardway.recovery.locks import held_by, locks_in

_POLL_SECONDS = 0.1
_ENDING_SECONDS = 5.0
_POLICY_SUMMARY = re.compile(r'^\{"sequence":\d+,"timestamp":\d+,"policy(?:Analyze|Remediate)Summary')
"""The engine names all rules of the pack twice for each resource: half the log, and nobody asks."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack, the engine that serves it and the environment variables under which it does."""

    name: str
    binary: Path
    variables: Mapping[str, str]
    logs: Path
    """Folder for the engine's full output."""
    project: Path = REPOSITORY
    """Folder of Pulumi.yaml."""

    def exists(self) -> bool:
        """Whether the backend knows the stack. A local backend is looked at directly: the engine takes longer."""
        if (file := self._local_file()) is not None:
            return file.exists()
        listed = self.output("stack", "ls", "--json")
        return any(entry["name"].split("/")[-1] == self.name for entry in json.loads(listed))

    def is_empty(self) -> bool:
        """Whether there is no state with resources."""
        return not self.deployment().get("resources")

    def deployment(self) -> dict[str, Any]:
        """The latest state, secrets left sealed; empty where there is none. A local backend is looked at directly."""
        if (file := self._local_file()) is not None:
            return local_deployment(file)
        return (self.export().get("deployment") or {}) if self.exists() else {}

    def export(self) -> dict[str, Any]:
        """The state in the form in which the engine takes it back."""
        exported: dict[str, Any] = json.loads(self.output("stack", "export", "--stack", self.name))
        return exported

    def take_back(self, exported: Mapping[str, Any]) -> None:
        """This is the state from now on; the engine refuses one that contradicts itself."""
        private_directory(self.logs)
        with tempfile.NamedTemporaryFile("w", dir=self.logs, suffix=".json") as file:
            json.dump(exported, file)
            file.flush()
            self.output("stack", "import", "--stack", self.name, "--file", file.name)

    def create(self) -> None:
        """Make the stack if the backend does not know it."""
        if not self.exists():
            self.output("stack", "init", self.name, "--no-select")

    def output(self, *arguments: str) -> str:
        """Standard output of a quick command; Failure with its last lines otherwise."""
        done = self._quick(*arguments)
        if done.returncode != 0 and self._unlocked(done.stderr):
            done = self._quick(*arguments)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().removeprefix("error: ")
            raise Failure(f"pulumi {' '.join(arguments[:2])} failed for stack {self.name}: {said}")
        return done.stdout

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets included."""
        found = json.loads(self.output("stack", "output", "--json", "--show-secrets", "--stack", self.name))
        if not isinstance(found, dict):
            raise Failure(f"stack {self.name} has no outputs; run ./hw up first.")
        return found

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, secrets left sealed."""
        return list((self.export().get("deployment") or {}).get("resources") or [])

    def interactive(self, verb: str, *flags: str) -> int:
        """Run the command with the user's terminal: its own preview and its own question. Returns its exit code."""
        command = self._command(verb, "--stack", self.name, *flags)
        process = subprocess.Popen(command, env=self._variables())
        return _wait_through_interrupts(process)

    def run(
        self, verb: str, *flags: str, on_progress: Callable[[EngineProgress], None] = lambda progress: None
    ) -> EngineProgress:
        """Run `pulumi <verb>` without questions, following its events. Raises Failure with what failed and why."""
        recording = self.record(verb, *flags, on_progress=on_progress)
        if recording.exit_code != 0 and self._unlocked(recording.log.read_text(errors="replace")):
            recording = self.record(verb, *flags, on_progress=on_progress)
        if recording.exit_code != 0:
            raise Failure(recording.explain(verb, self.name))
        return recording.progress

    def record(
        self, verb: str, *flags: str, on_progress: Callable[[EngineProgress], None] = lambda progress: None
    ) -> Recording:
        """Run `pulumi <verb>` without questions, however it ends, and keep its events."""
        private_directory(self.logs)
        log = self.logs / f"{self.name}-{verb}.log"
        progress = EngineProgress()
        lines: list[str] = []
        with tempfile.TemporaryDirectory() as folder, log.open("w") as output:
            events = Path(folder) / "events"
            command = self._command(
                verb, "--stack", self.name, "--non-interactive", "--color=never", "--suppress-outputs", *flags
            )
            command += ["--event-log", str(events)]
            # In a group of its own, so that Ctrl-C reaches it once, through us: a second one makes it drop its work.
            process = subprocess.Popen(
                [*_ending_with_us(), *command],
                env=self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
            try:
                code = _follow(process, events, lines, progress, on_progress)
            except KeyboardInterrupt:
                # It ends what is in flight and saves its state.
                process.send_signal(signal.SIGINT)
                _wait_through_interrupts(process)
                raise
        return Recording(exit_code=code, events=lines, progress=progress, log=log)

    def _quick(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments, "--non-interactive"),
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _unlocked(self, said: str) -> bool:
        """Whether the engine stopped at a lock that is gone now. Refused if somebody holds one."""
        locks = locks_in(said)
        if not locks:
            return False
        deadline = time.monotonic() + _ENDING_SECONDS
        while held := [lock for lock in locks if not lock.is_stale]:
            # An engine whose `./hw` was killed ends by itself, and needs a moment to save its state.
            if time.monotonic() > deadline or not any(lock.is_here for lock in held):
                raise Refused(held_by(self.name, held))
            time.sleep(_POLL_SECONDS)
        # Gone by itself, or left behind by a process that was killed: then nobody else frees it.
        self._quick("cancel", "--yes", "--stack", self.name)
        return True

    def _local_file(self) -> Path | None:
        """The stack's state where the backend is a folder."""
        backend = self.variables.get("PULUMI_BACKEND_URL", os.environ.get("PULUMI_BACKEND_URL", ""))
        if not backend.startswith("file:///"):
            return None
        return Path(urlsplit(backend).path) / f".pulumi/stacks/hardway/{self.name}.json"

    def _command(self, *arguments: str) -> list[str]:
        return [str(self.binary), "-C", str(self.project), *arguments]

    def _variables(self) -> dict[str, str]:
        # The event log is the interface that Pulumi's own automation library uses; its flag is hidden otherwise.
        # It serializes its whole state at each step, and half of that is garbage at once: collecting less often takes a
        # fifth off its CPU time and adds 60 MB.
        return {"GOGC": "400", **os.environ, **self.variables, "PULUMI_DEBUG_COMMANDS": "true"}


def _ending_with_us() -> Sequence[str]:
    """A command before the engine's, with which it is interrupted if this process is killed and cannot do so itself."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []


def _follow(
    process: subprocess.Popen[bytes],
    events: Path,
    kept: list[str],
    progress: EngineProgress,
    on_progress: Callable[[EngineProgress], None],
) -> int:
    stream: IO[str] | None = None
    rest = ""
    while True:
        ended = process.poll() is not None
        if stream is None and events.exists():
            stream = events.open()
        if stream is not None:
            *lines, rest = (rest + stream.read()).split("\n")
            told = [line for line in lines if not _POLICY_SUMMARY.match(line)]
            for line in told:
                progress.read(line)
            kept += told
        on_progress(progress)
        if ended:
            if stream is not None:
                stream.close()
            return process.returncode
        time.sleep(_POLL_SECONDS)


def _wait_through_interrupts(process: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
