"""A forge on this computer: the calls of GitHub's and Gitea's API that comments take, with both forges' habits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from hardway.comment.forge import Forge

TOKEN = "the-token-of-the-test"
REPOSITORY = "owner/platform"


@dataclass
class Fault:
    """What the next request that fits gets instead of an answer, or instead of hearing of one."""

    method: str
    status: int
    """0 breaks the connection."""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    done: bool = False
    """The request is carried out all the same, and only the answer is lost."""
    path: str = "comments"
    """The request's path has this in it."""

    def fits(self, method: str, path: str) -> bool:
        return method == self.method and self.path in path


class Server(ThreadingHTTPServer):
    """The forge's memory."""

    daemon_threads = True

    def __init__(self, kind: str, login: str = "hardway[bot]") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kind, self.login = kind, login
        self.lock = threading.Lock()
        self.last_id = 0
        self.comments: dict[int, dict[str, Any]] = {}
        self.pulls: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.meeting: threading.Barrier | None = None
        """Whoever looks comments up waits here, until all of them do."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def api_url(self) -> str:
        return self.url + ("" if self.kind == "github" else "/api/v1")

    def forge(self, waits: list[float] | None = None) -> Forge:
        return Forge(
            api_url=self.api_url,
            graphql_url=f"{self.url}/graphql" if self.kind == "github" else "",
            repository=REPOSITORY,
            token=TOKEN,
            sleep=(waits if waits is not None else []).append,
        )

    def add(self, body: str, author: str | None = None, pull: int = 7) -> int:
        with self.lock:
            self.last_id += 1
            user = {"login": author or self.login}
            self.comments[self.last_id] = {"id": self.last_id, "body": body, "user": user, "pull": pull}
            return self.last_id

    def meet(self, count: int) -> None:
        """Let the next look-ups wait until there are that many."""

        def part() -> None:
            self.meeting = None

        self.meeting = threading.Barrier(count, part)

    def bodies(self, pull: int = 7) -> list[str]:
        return [entry["body"] for entry in self.comments.values() if entry["pull"] == pull]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def _handle(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path))
        fault = next((one for one in self.server.faults if one.times and one.fits(self.command, self.path)), None)
        if fault is not None:
            fault.times -= 1
            if fault.done:
                self._answer(json.loads(content or b"{}"), silent=True)
            if fault.status:
                self._send(fault.status, [] if fault.status == 200 else {"message": "not now"}, fault.headers)
            else:
                self.close_connection = True
            return
        if self.headers["Authorization"] != f"token {TOKEN}":
            self._send(401, {"message": "Bad credentials"})
            return
        self._answer(json.loads(content or b"{}"))

    do_GET = do_POST = do_PATCH = do_DELETE = _handle

    def _answer(self, content: dict[str, Any], silent: bool = False) -> None:
        parts = urlsplit(self.path)
        github = self.server.kind == "github"
        prefix = "" if github else "/api/v1"
        path = parts.path.removeprefix(prefix).removeprefix(f"/repos/{REPOSITORY}")
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        words = path.strip("/").split("/")
        if path == "/user":
            found = (403, {"message": "Resource not accessible"}) if github else (200, {"login": self.server.login})
            self._send(*found)
        elif path == "/graphql" and github:
            self._send(200, {"data": {"viewer": {"login": self.server.login}}})
        elif path == "/pulls":
            self._send(200, self.server.pulls)
        elif words[0] == "issues" and words[-1] == "comments" and self.command == "GET":
            entries = [entry for entry in self.server.comments.values() if entry["pull"] == int(words[1])]
            # Who looked sees what there was then, however long the others take.
            if self.server.meeting is not None:
                self.server.meeting.wait(10)
            # Gitea has no pages here: https://github.com/go-gitea/gitea/issues/6132.
            self._page(entries, path, query) if github else self._send(200, entries)
        elif words[0] == "issues" and words[-1] == "comments" and self.command == "POST":
            made = self.server.add(content["body"], pull=int(words[1]))
            if not silent:
                self._send(201, self.server.comments[made])
        elif words[:2] == ["issues", "comments"]:
            self._one(int(words[2]), content)
        else:
            self._send(404, {"message": "Not Found"})

    def _one(self, comment: int, content: dict[str, Any]) -> None:
        with self.server.lock:
            if comment not in self.server.comments:
                self._send(404, {"message": "Not Found"})
            elif self.command == "PATCH":
                self.server.comments[comment]["body"] = content["body"]
                self._send(200, self.server.comments[comment])
            else:
                del self.server.comments[comment]
                self._send(204, None)

    def _page(self, entries: list[dict[str, Any]], path: str, query: dict[str, str]) -> None:
        size, page = min(int(query.get("per_page", 30)), 100), int(query.get("page", 1))
        shown = entries[(page - 1) * size : page * size]
        link = {}
        if page * size < len(entries):
            following = urlencode({**query, "page": page + 1})
            link = {"Link": f'<{self.server.url}/repos/{REPOSITORY}{path}?{following}>; rel="next"'}
        self._send(200, shown, link)

    def _send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(kind: str) -> Iterator[Server]:
    """A forge of that kind, gone afterwards."""
    with Server(kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
