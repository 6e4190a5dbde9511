"""What is asked of a forge, how often, and what is never sent."""

from __future__ import annotations

from typing import Any

import pytest

from hardway.comment.forge import ATTEMPTS, LONGEST_WAIT_SECONDS, Forge, ForgeError
from tests.unit.hardway.comment.forge_server import REPOSITORY, TOKEN, Fault, Server, serving


def test_we_are_who_the_token_says(server: Server) -> None:
    server.login = "robot"
    assert server.forge().whoami() == "robot"


def test_all_pages_are_read(server: Server) -> None:
    for number in range(250):
        server.add(str(number))
    assert [comment.body for comment in server.forge().comments(7)] == [str(number) for number in range(250)]
    looks = [path for method, path in server.requests if method == "GET"]
    assert len(looks) == (3 if server.kind == "github" else 1)


def test_waits_grow_and_end(server: Server) -> None:
    server.faults.append(Fault("GET", 500, times=100))
    waits: list[float] = []
    with pytest.raises(ForgeError, match=f"failed {ATTEMPTS} times"):
        server.forge(waits).comments(7)
    assert waits == [1, 2, 4, 8]


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("100000", LONGEST_WAIT_SECONDS), ("soon", 1)])
def test_the_forge_may_say_how_long_to_wait(server: Server, asked: str, waited: float) -> None:
    server.faults.append(Fault("GET", 429, {"Retry-After": asked}))
    waits: list[float] = []
    server.forge(waits).comments(7)
    assert waits == [waited]


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {"X-RateLimit-Remaining": "0"}])
def test_a_limit_is_no_refusal(server: Server, headers: dict[str, str]) -> None:
    server.faults.append(Fault("GET", 403, headers))
    assert server.forge().comments(7) == []


def test_a_refusal_is_asked_once(server: Server) -> None:
    server.faults.append(Fault("GET", 404, times=100))
    with pytest.raises(ForgeError, match="404"):
        server.forge().comments(7)
    assert len(server.requests) == 1


def test_a_broken_connection_is_tried_again(server: Server) -> None:
    server.add("there")
    server.faults.append(Fault("GET", 0, times=2))
    assert len(server.forge().comments(7)) == 1


def test_a_forge_that_is_not_there_is_named_without_the_token() -> None:
    forge = Forge(
        api_url="http://127.0.0.1:1", graphql_url="", repository=REPOSITORY, token=TOKEN, sleep=lambda seconds: None
    )
    with pytest.raises(ForgeError, match=r"127\.0\.0\.1:1/repos/owner/platform") as failure:
        forge.comments(7)
    assert TOKEN not in str(failure.value)


def test_a_token_does_not_travel_in_the_clear() -> None:
    with pytest.raises(ForgeError, match="not https"):
        Forge(api_url="http://git.example.net/api/v1", graphql_url="", repository=REPOSITORY, token=TOKEN)


def test_a_token_does_not_travel_to_another_host(server: Server) -> None:
    with serving("github") as other:
        server.faults.append(Fault("GET", 302, {"Location": f"{other.url}/stolen"}))
        with pytest.raises(ForgeError, match="302"):
            server.forge().comments(7)
        link = {"Link": f'<{other.url}/stolen>; rel="next"'}
        server.faults.append(Fault("GET", 200, link))
        with pytest.raises(ForgeError, match="another host"):
            server.forge().comments(7)
        assert other.requests == []


def test_a_pull_request_is_found_by_its_head(server: Server) -> None:
    def pull(number: int, sha: str, ref: str = "main") -> dict[str, Any]:
        return {"number": number, "head": {"sha": sha, "ref": ref}}

    server.pulls = [pull(1, "aaa"), pull(2, "bbb", "other"), pull(3, "bbb")]
    forge = server.forge()
    assert forge.open_pull("bbb", "fork", "main") == 3
    assert forge.open_pull("ccc", "fork", "main") is None, "it has a newer commit"
    assert "head=fork%3Amain" in server.requests[0][1]
