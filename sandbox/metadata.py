"""The instance metadata service (IMDSv2): a WSGI application that knows the asker by its address."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.addresses import METADATA
from sandbox.namespaces import inside

Tree = Mapping[str, "str | Tree"]
_HEADER = "HTTP_X_AWS_EC2_METADATA_TOKEN"
_LONGEST = 21_600
_VERSIONS = ("latest", "2021-03-23", "2018-09-24", "2016-09-02", "2009-04-04")


@dataclass(frozen=True)
class Facts:
    """What the service tells one instance."""

    instance_id: str
    meta_data: Tree
    document: str
    user_data: bytes | None
    tokens_required: bool


class MetadataApp:
    """Answers GET under `meta-data`, `user-data` and `dynamic`, and PUT for a session token."""

    def __init__(self, facts_of: Callable[[str], Facts | None]) -> None:
        self._facts_of = facts_of
        self._tokens: dict[str, tuple[str, float]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        facts = self._facts_of(environ["REMOTE_ADDR"])
        status, body = "404 Not Found", b""
        if facts:
            version, _, path = environ["PATH_INFO"].lstrip("/").partition("/")
            if environ["REQUEST_METHOD"] == "PUT" and path == "api/token":
                status, body = self._new_token(facts, environ)
            elif not self._admitted(facts, environ):
                status = "401 Unauthorized"
            elif version in _VERSIONS and (found := _get(facts, path)) is not None:
                status, body = "200 OK", found
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Server", "EC2ws")]
        start_response(status, headers)
        return [body]

    def _new_token(self, facts: Facts, environ: Mapping[str, Any]) -> tuple[str, bytes]:
        if "HTTP_X_FORWARDED_FOR" in environ:
            return "403 Forbidden", b""
        seconds = environ.get(f"{_HEADER}_TTL_SECONDS", "")
        if not (seconds.isdigit() and 1 <= int(seconds) <= _LONGEST):
            return "400 Bad Request", b""
        token = secrets.token_urlsafe(40)
        self._tokens[token] = (facts.instance_id, time.monotonic() + int(seconds))
        return "200 OK", token.encode()

    def _admitted(self, facts: Facts, environ: Mapping[str, Any]) -> bool:
        token = environ.get(_HEADER)
        if token is None:
            return not facts.tokens_required
        owner, ends = self._tokens.get(token, ("", 0.0))
        return owner == facts.instance_id and time.monotonic() < ends


def _get(facts: Facts, path: str) -> bytes | None:
    kind, _, rest = path.partition("/")
    if kind == "user-data" and not rest:
        return facts.user_data
    if kind == "dynamic":
        tree: Tree = {"instance-identity": {"document": facts.document}}
        return _walk(tree, rest)
    return _walk(facts.meta_data, rest) if kind == "meta-data" else None


def _walk(tree: Tree, path: str) -> bytes | None:
    node: str | Tree | None = tree
    for step in path.split("/"):
        if step:
            node = node.get(step) if isinstance(node, Mapping) else None
    if isinstance(node, Mapping):
        return "\n".join(name + "/" * isinstance(below, Mapping) for name, below in node.items()).encode()
    return node.encode() if node is not None else None


def serve_metadata(namespace: str, app: MetadataApp, hop_limit: Callable[[str], int]) -> BaseWSGIServer:
    """Serve in a namespace. Answers travel as many hops as the instance's options allow."""

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            self.request.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hop_limit(self.client_address[0]))
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().setup()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            return

    server = inside(namespace, lambda: make_server(METADATA, 80, app, threaded=True, request_handler=Handler))
    threading.Thread(target=server.serve_forever, name="metadata", daemon=True).start()
    return server
