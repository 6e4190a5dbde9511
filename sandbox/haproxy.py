"""One haproxy in the router's namespace, with its configuration and its statistics."""

from __future__ import annotations

import csv
import socket
import subprocess

from sandbox.namespaces import run_inside
from sandbox.paths import RegionDirectory


class Haproxy:
    """A process that is replaced, not restarted: established connections end with their own client."""

    def __init__(self, directory: RegionDirectory, name: str) -> None:
        self._directory, self._name = directory, name
        self._process: subprocess.Popen[bytes] | None = None
        self._config = ""
        self.statistics = directory.run / f"{name}.sock"

    def run(self, config: str) -> None:
        """Run with this configuration; an unchanged one changes nothing."""
        if config == self._config:
            return
        path = self._directory.run / f"{self._name}.cfg"
        path.write_text(config)
        successor = ["-sf", str(self._process.pid)] if self._process else []
        with (self._directory.logs / f"{self._name}.log").open("ab") as log:
            command = ["haproxy", "-db", "-f", str(path), *successor]
            started = subprocess.Popen(run_inside(self._directory.router, command), stdout=log, stderr=log)
        self._process, self._config = started, config

    def rows(self) -> list[dict[str, str]]:
        """What haproxy knows of each server now; empty while it does not run."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.statistics))
                connection.sendall(b"show stat -1 4 -1\n")
                text = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
            except OSError:
                return []
        return list(csv.DictReader(text.lstrip("# ").splitlines()))

    def stop(self) -> None:
        """End the process and its connections."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
