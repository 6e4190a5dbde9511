"""A region of its own for a small environment, whose every answer passes a door that can be shut after some writes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from sandbox.api_log import is_read
from sandbox.moto_app import call_of
from sandbox.paths import RegionDirectory
from sandbox.record import read_record
from tests.engine.repository import Repository, copy_repository
from tests.engine.small_environment import make_small

STACK_FILE = "stacks/Pulumi.sandbox.yaml"
FOREVER_SECONDS = 120


class Door(ThreadingHTTPServer):
    """Passes calls to the region. Once it is set to shut after a number of writes, the last of them and all that
    comes later get no answer: the region has done it, and nobody knows."""

    daemon_threads = True

    def __init__(self, region: str) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.region = urlsplit(region).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.shut, self._open, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self.writes, self._left = 0, -1
        self._open.set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def shut_after(self, writes: int) -> None:
        self._left = writes
        self.shut.clear()

    def open(self) -> None:
        self._left = -1
        self._open.set()

    def passed(self, write: bool) -> None:
        """Returns when the answer may go on."""
        with self._lock:
            self.writes += write
            self._left -= write
            if self._left == 0:
                self._open.clear()
                self.shut.set()
        self._open.wait(FOREVER_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may have been killed."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Door

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        environ |= {"REQUEST_METHOD": self.command, "PATH_INFO": self.path}
        region = http.client.HTTPConnection(self.server.region, timeout=FOREVER_SECONDS)
        region.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            region.putheader(name, value)
        region.endheaders(body)
        answer = region.getresponse()
        content = answer.read()
        self.server.passed(not is_read(call_of(environ, body)[2]) and answer.status < 300)
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection") or self.command == "HEAD":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        region.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on


@dataclass(frozen=True)
class Place:
    """The repository, its region, and the door to it."""

    repository: Repository
    region: RegionDirectory
    door: Door
    clients: dict[str, str]

    def cut(self, verb: str, writes: int, how: signal.Signals, *, whole: bool = False) -> bool:
        """Run `./hw` and end the engine, or the `whole` of it, as soon as the region has done so many writes.

        False if it came to its end before.
        """
        self.door.shut_after(writes)
        process = self.start(verb)
        while not self.door.shut.wait(0.02):
            if process.poll() is not None:
                said = process.communicate()[0]
                assert process.returncode == 0, said
                self.door.open()
                return False
        # `./hw` writes, too: what machines boot from, while no engine runs. Then only itself can be ended.
        engine = None if whole else self.engine()
        os.kill(engine or process.pid, how)
        if engine is None or how != signal.SIGKILL:
            self.door.open()
        said = process.communicate(timeout=FOREVER_SECONDS)[0]
        if engine is None:
            assert process.returncode in (-how, 128 + how), said
            self.wait_for_plugins()
        elif how == signal.SIGKILL:
            assert "SIGKILL. Run the same command again" in said
            self.wait_for_plugins()
        else:
            # What had only its last steps to go finishes them.
            assert process.returncode == 0 or "cancel" in said, said
        self.door.open()
        return True

    def start(self, verb: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.repository.folder / ".venv/bin/python"), "-m", "hardway.cli", verb, "sandbox", "--yes"],
            cwd=self.repository.folder,
            env={**self.repository.variables, "PYTHONPATH": str(self.repository.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def engine(self) -> int | None:
        """The process that holds the stack's lock; None where nobody does, or somebody who was killed."""
        for lock in self.locks():
            process = int(json.loads(lock.read_text())["pid"])
            if Path(f"/proc/{process}").exists():
                return process
        return None

    def locks(self) -> list[Path]:
        """The locks of the stack."""
        return list((self.region.pulumi_state / ".pulumi/locks").rglob("*.json"))

    def variables(self) -> dict[str, str]:
        """What a plain `pulumi` needs to work on this region."""
        return _sandbox(self.repository, "env", "--json")

    def wait_for_plugins(self) -> None:
        """Return when nothing works for this region any more but the region."""
        deadline = time.monotonic() + 20
        while any("pulumi-resource-" in line for line in _processes_with(f"HARDWAY_SANDBOX={self.region.root}")):
            assert time.monotonic() < deadline, "plugins outlive their engine"
            time.sleep(0.1)

    def client(self, service: str) -> Any:
        """A client with the operator's rights."""
        session: Any = boto3.Session()
        return session.client(service, **self.clients)


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A region that nothing has been made in, gone afterwards."""
    (folder / "repository").mkdir()
    copied = copy_repository(folder / "repository", folder)
    (copied.folder / "stacks/Pulumi.sandbox-services.yaml").unlink()
    make_small(copied.folder / STACK_FILE)
    directory = folder / "region"
    more = {"HARDWAY_SANDBOX": str(directory), "SANDBOX_REHEARSAL": "true"}
    repository = replace(copied, variables=copied.variables | more)

    _sandbox(repository, "start", "--api-only")
    try:
        region = RegionDirectory(directory)
        variables = _sandbox(repository, "env", "--json")
        record = read_record(region.record)
        assert record is not None
        door = Door(record.endpoint)
        replace(record, endpoint=door.url).write(region.record)
        keys = {"aws_access_key_id": record.access_key, "aws_secret_access_key": record.secret_key}
        clients = {"region_name": record.region, "endpoint_url": variables["AWS_ENDPOINT_URL"], **keys}
        yield Place(repository, region, door, clients)
        door.shutdown()
    finally:
        _sandbox(repository, "reset")


def _sandbox(repository: Repository, *arguments: str) -> dict[str, str]:
    """Run a verb of the region; what it answers in JSON."""
    command = [sys.executable, "-m", "sandbox", *arguments]
    options: Any = {"cwd": repository.folder, "env": repository.variables, "text": True, "check": True}
    answer: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, **options).stdout or "{}")
    return answer


def _processes_with(variable: str) -> list[str]:
    """Command lines of all processes with that in their environment."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                lines.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # It ended while being looked at.
    return lines
