"""A small client of the local Kubernetes API: one kept connection, client certificate, JSON."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PKI = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/etc/kubernetes/pki"))
"""Where this program's keys are: what systemd loaded for its unit, or root's own folder."""


class Refused(Exception):
    """The API answered with an error; `status` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(Exception):
    """The API did not answer."""


class Api:
    """The API server of this machine, as the identity of one client certificate."""

    def __init__(
        self, certificate: Path, key: Path, authority: Path, host: str = "127.0.0.1", port: int = 6443
    ) -> None:
        self._context = ssl.create_default_context(cafile=str(authority))
        self._context.load_cert_chain(certificate, key)
        self._host, self._port = host, port
        self._connection: http.client.HTTPSConnection | None = None

    def get(self, path: str) -> Json:
        """The object or list at `path`."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Json | None = None, kind: str = "application/json") -> Json:
        """Do one request; raise `Refused` on an error answer, `Unreachable` without one."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": kind} if data is not None else {}
        if self._connection is None:
            self._connection = self._connect(timeout=10)
        try:
            self._connection.request(method, path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self._connection = None
            raise Unreachable(str(error)) from error
        if response.status >= 400:
            raise Refused(response.status, _message(text) or response.reason)
        answer: Json = json.loads(text)
        return answer

    def watch(self, path: str, version: str, seconds: int) -> Iterator[Json]:
        """Events of a list from a resource version on, until `seconds` have passed or the watch breaks."""
        connection = self._connect(timeout=seconds + 30)
        query = f"watch=1&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={version}"
        try:
            connection.request("GET", f"{path}?{query}")
            response = connection.getresponse()
            if response.status >= 400:
                raise Refused(response.status, _message(response.read()) or response.reason)
            while line := response.readline():
                event: Json = json.loads(line)
                yield event
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error
        finally:
            connection.close()

    def _connect(self, timeout: float) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._context)


def agent_api() -> Api:
    """The API as the node agent's own identity."""
    return Api(PKI / "node-agent.crt", PKI / "node-agent.key", PKI / "kubernetes-ca.crt")


def say(message: str) -> None:
    """One line to the journal."""
    print(message, file=sys.stderr, flush=True)


def _message(text: bytes) -> str:
    try:
        return str(json.loads(text).get("message", ""))
    except ValueError:
        return text.decode(errors="replace").strip()
