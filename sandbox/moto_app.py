"""The region's API: moto as one WSGI application, with authorization on and its followers told of changes."""

from __future__ import annotations

import functools
import io
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

# Read by moto when it is imported: no images but ours, small objects in memory, large ones on disk.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", str(256 * 1024))

import moto.core.utils
from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.loaders import create_loader
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox import api_log, iam

# moto makes a loader for each service's model, and each looks through the folders of all 400 services: 0.1 s each.
moto.core.utils.create_loader = functools.cache(create_loader)

ACCOUNT = DEFAULT_ACCOUNT_ID
OPERATOR = "operator"
LARGE, CHUNK = 2**20, 2**18
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_SERVICE = re.compile(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/")


class Api:
    """The WSGI application of the region. `lock` is held during each call: moto's state is read under it."""

    def __init__(self, log: Path, objects: Path, on_change: Callable[[str, str], None]) -> None:
        self._objects = objects
        self.lock = threading.RLock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._on_change = on_change
        self._log = log.open("a", buffering=1)
        iam.install()
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

    def create_operator(self) -> tuple[str, str]:
        """Make the IAM user that Pulumi and the CLI work as; answers its access key and secret."""
        backend = iam_backends[ACCOUNT]["aws"]
        backend.create_user("us-east-1", OPERATOR)
        everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
        backend.put_user_policy(OPERATOR, "administrator", everything)
        key = backend.create_access_key(OPERATOR)
        return key.access_key_id, key.secret_access_key

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.monotonic()
        # The body is read before the lock is taken: a slow sender must not hold up the region.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        key, service, action = call_of(environ, body)
        answered: list[tuple[str, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answered.append((status[:3], {name.lower(): value for name, value in headers}))
            return start_response(status, headers, exc_info)

        if "HTTP_AUTHORIZATION" in environ or "X-Amz-Signature=" in environ.get("QUERY_STRING", ""):
            with self.lock:
                response = list(self._moto(environ, start))
        else:
            response = _not_signed(environ, start)
        status, headers = answered[-1]
        self._log.write(api_log.line(time.time(), key, service, action, status, time.monotonic() - started))
        if status.startswith("2") and not api_log.is_read(action):
            self._on_change(service, action)
        # A part of an object (206) has the tag of the whole: it is not what the file of that name would hold.
        whole = service == "s3" and action.startswith("Get:") and status == "200"
        large = whole and sum(map(len, response)) > LARGE
        return self._from_file(headers["etag"], response) if large else response

    def _from_file(self, etag: str, response: list[bytes]) -> Iterator[bytes]:
        """A large object as it is sent: from a file, so that slow machines do not hold it in memory."""
        path = self._objects / etag.strip('"')
        with self.lock:
            if not path.exists():
                path.write_bytes(b"".join(response))
        response.clear()
        file = path.open("rb")
        return iter(lambda: file.read(CHUNK), b"")


def _not_signed(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """What AWS answers whoever has no credentials; moto fails on such calls."""
    code, message = "MissingAuthenticationToken", "Request is missing Authentication Token"
    if "HTTP_X_AMZ_TARGET" in environ:
        body, kind = json.dumps({"__type": f"{code}Exception", "message": message}), "application/x-amz-json-1.1"
    else:
        body, kind = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", "application/xml"
    start_response("403 Forbidden", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body.encode()]


def call_of(environ: dict[str, Any], body: bytes) -> tuple[str, str, str]:
    found = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    key, service = found.groups() if found else ("-", "-")
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return key, service, target.split(".")[-1]
    if action := _ACTION.search(body[:4096]):
        return key, service, action.group(1).decode()
    method = environ["REQUEST_METHOD"].capitalize()
    return key, service, f"{method}:{environ.get('PATH_INFO', '')}"


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def serve(app: Api, address: str, port: int) -> BaseWSGIServer:
    """Serve the application in threads of its own; an address `unix://path` gives a socket file."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(address, port, app, threaded=True, request_handler=_QuietHandler)
    threading.Thread(target=server.serve_forever, name=f"api {address}", daemon=True).start()
    return server
