"""The API of GitHub and Gitea, as far as comments need it: both answer the same calls, but for who is asking."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

ATTEMPTS: Final = 5
LONGEST_WAIT_SECONDS: Final = 60.0
TIMEOUT_SECONDS: Final = 30.0
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_PER_PAGE: Final = 100


class ForgeError(Exception):
    """The forge refused or did not answer; the text says what was asked and what it said, and never the token."""


class Unanswered(ForgeError):
    """It may have done what it was asked, or not: the answer never came."""


@dataclass(frozen=True)
class Comment:
    """One comment of a pull request."""

    id: int
    author: str
    body: str


class Forge:
    """One repository on GitHub or Gitea, seen with one token."""

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        repository: str,
        token: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is sent yet. ForgeError if the token would go over the network in the clear."""
        parts = urlsplit(api_url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ForgeError(f"{api_url} is not https: the token would be readable on its way there.")
        self._api_url = api_url.rstrip("/")
        self._graphql_url = graphql_url
        self._repository = repository
        self._sleep = sleep
        # Redirects are not followed: the token is for this host.
        self._http = httpx.Client(
            headers={"Authorization": f"token {token}", "Accept": "application/json", "User-Agent": "hardway"},
            timeout=TIMEOUT_SECONDS,
        )

    def whoami(self) -> str:
        """Login under which comments are written."""
        answer = self._send("GET", f"{self._api_url}/user", refused=(401, 403, 404))
        if answer.status_code == 200:
            return str(answer.json()["login"])
        # By REST, GitHub does not tell a workflow: https://github.com/actions/create-github-app-token/issues/258.
        if not self._graphql_url:
            raise ForgeError(f"{self._api_url} does not say whose token this is: {_said(answer)}.")
        found = self._send("POST", self._graphql_url, {"query": "query { viewer { login } }"}).json()
        login = ((found.get("data") or {}).get("viewer") or {}).get("login")
        if not login:
            raise ForgeError(f"{self._graphql_url} does not say whose token this is: {found.get('errors')}.")
        return str(login)

    def comments(self, pull: int) -> list[Comment]:
        """All comments of the pull request, oldest first."""
        found = [
            Comment(int(entry["id"]), str((entry.get("user") or {}).get("login", "")), str(entry.get("body") or ""))
            for entry in self._pages(f"issues/{pull}/comments")
        ]
        return sorted(found, key=lambda comment: comment.id)

    def create(self, pull: int, body: str) -> None:
        """A new comment is there. Unanswered if nobody can tell: look before asking again."""
        self._send("POST", self._url(f"issues/{pull}/comments"), {"body": body}, repeat=False)

    def edit(self, comment: int, body: str) -> bool:
        """Whether the comment has that text now; not so if it is gone."""
        answer = self._send("PATCH", self._url(f"issues/comments/{comment}"), {"body": body}, refused=(404,))
        return answer.status_code != 404

    def delete(self, comment: int) -> None:
        """The comment is gone, whoever took it away."""
        self._send("DELETE", self._url(f"issues/comments/{comment}"), refused=(404,))

    def open_pull(self, commit: str, owner: str, branch: str) -> int | None:
        """The open pull request whose head is that commit of that branch; None if the branch has moved on."""
        for entry in self._pages("pulls", {"state": "open", "head": f"{owner}:{branch}"}):
            head = entry.get("head") or {}
            if head.get("sha") == commit and head.get("ref") == branch:
                return int(entry["number"])
        return None

    def _url(self, path: str) -> str:
        return f"{self._api_url}/repos/{self._repository}/{path}"

    def _pages(self, path: str, query: dict[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """The entries of all pages. GitHub calls a page's size per_page, Gitea limit; both link to the next page."""
        size = str(_PER_PAGE)
        url = str(httpx.URL(self._url(path), params={**(query or {}), "per_page": size, "limit": size}))
        while url:
            answer = self._send("GET", url)
            yield from answer.json()
            url = answer.links.get("next", {}).get("url", "")
            if url and urlsplit(url)[:2] != urlsplit(self._api_url)[:2]:
                raise ForgeError(f"{self._api_url} links to {url}, on another host; the token is not for that one.")

    def _send(
        self,
        method: str,
        url: str,
        content: dict[str, Any] | None = None,
        *,
        refused: tuple[int, ...] = (),
        repeat: bool = True,
    ) -> httpx.Response:
        """The answer, asked for again while what is wrong is of the kind that passes.

        A status in `refused` is the caller's to judge. Without `repeat` nothing is sent twice that may have been done.
        """
        problem = ""
        for attempt in range(ATTEMPTS):
            try:
                answer = self._http.request(method, url, json=content)
            except httpx.ConnectError as error:
                problem, wait = str(error) or "no connection", 2.0**attempt
            except httpx.TransportError as error:
                if not repeat:
                    raise Unanswered(f"{method} {_shown(url)}: {error or type(error).__name__}.") from error
                problem, wait = str(error) or type(error).__name__, 2.0**attempt
            else:
                if not _passes(answer):
                    if answer.is_success or answer.status_code in refused:
                        return answer
                    raise ForgeError(f"{method} {_shown(url)}: {_said(answer)}{_hint(answer)}.")
                if not repeat and answer.status_code >= 500:
                    raise Unanswered(f"{method} {_shown(url)}: {_said(answer)}.")
                problem, wait = _said(answer), _wait_seconds(answer, attempt)
            if attempt < ATTEMPTS - 1:
                self._sleep(wait)
        raise ForgeError(f"{method} {_shown(url)} failed {ATTEMPTS} times; the last time: {problem}.")


def _passes(answer: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise later."""
    if answer.status_code in _PASSING:
        return True
    # GitHub's limits: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
    limited = "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code == 403 and limited


def _wait_seconds(answer: httpx.Response, attempt: int) -> float:
    try:
        asked = float(answer.headers["retry-after"])
    except (KeyError, ValueError):
        return 2.0**attempt
    return min(max(asked, 0.0), LONGEST_WAIT_SECONDS)


def _said(answer: httpx.Response) -> str:
    try:
        message = str(answer.json().get("message", ""))
    except (ValueError, AttributeError):
        message = ""
    return f"{answer.status_code} {message or answer.reason_phrase}".strip()


def _hint(answer: httpx.Response) -> str:
    if answer.status_code in (401, 403, 404):
        return " (may the token write comments? It needs `pull-requests: write`, which no run for a fork gets)"
    return ""


def _shown(url: str) -> str:
    return url.split("?", 1)[0]
