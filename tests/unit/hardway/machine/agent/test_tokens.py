"""One control plane makes one join token per pool, stores it, and says so in the pool's Lease."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hardway.machine.agent import tokens
from hardway.machine.agent.api import Json, Refused
from hardway.machine.agent.groups import Groups
from hardway.machine.agent.inventory import Unknown

NOW = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


class FakeApi:
    """Keeps objects by path, as the API does for one client."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.busy = False

    def get(self, path: str) -> Json:
        if path not in self.objects:
            raise Refused(404, "not found")
        found: Json = self.objects[path]
        return found

    def call(self, method: str, path: str, body: Json) -> Json:
        if method == "POST":
            path = f"{path}/{body['metadata']['name']}"
        if self.busy or (method == "POST" and path in self.objects):
            raise Refused(409, "conflict")
        self.objects[path] = body
        return body


@pytest.fixture
def api() -> Any:
    return FakeApi()


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kept: dict[str, str] = {}
    monkeypatch.setattr(tokens, "_store", kept.__setitem__)
    return kept


def renew(api: Any, member: str = "control-plane-1", now: datetime = NOW) -> str:
    return tokens.renew(api, "sandbox", "general", member, now)


def secrets_of(api: FakeApi) -> list[Json]:
    return [item for path, item in api.objects.items() if "/secrets/" in path]


def test_the_first_token_is_made_and_stored(api: Any, stored: dict[str, str]) -> None:
    renew(api)
    (secret,) = secrets_of(api)
    data = secret["stringData"]
    assert stored == {"hardway/sandbox/join/general": f"{data['token-id']}.{data['token-secret']}"}
    assert re.fullmatch(r"[a-z0-9]{6}\.[a-z0-9]{16}", stored["hardway/sandbox/join/general"])
    assert secret["metadata"]["name"] == f"bootstrap-token-{data['token-id']}"
    assert data["auth-extra-groups"] == "system:bootstrappers:hardway,system:bootstrappers:hardway:general"
    assert data["expiration"] == "2026-11-21T14:00:00Z"


def test_what_is_said_does_not_hold_the_token(api: Any, stored: dict[str, str]) -> None:
    said = renew(api)
    assert stored["hardway/sandbox/join/general"].split(".")[1] not in said


def test_a_fresh_token_is_left(api: Any, stored: dict[str, str]) -> None:
    renew(api)
    assert "good until" in renew(api, "control-plane-2", NOW + timedelta(minutes=59))
    assert len(secrets_of(api)) == 1


def test_a_token_past_half_its_life_is_renewed_by_anybody(api: Any, stored: dict[str, str]) -> None:
    renew(api)
    renew(api, "control-plane-2", NOW + timedelta(minutes=61))
    assert len(secrets_of(api)) == 2


def test_only_one_makes_it_when_all_start_at_once(api: Any, stored: dict[str, str]) -> None:
    assert isinstance(tokens.claim(api, "general", "control-plane-1", NOW), dict)
    assert renew(api, "control-plane-2") == "control-plane-1 makes the join token"
    assert stored == {}


def test_the_duty_of_a_dead_member_is_taken_over(api: Any, stored: dict[str, str]) -> None:
    tokens.claim(api, "general", "control-plane-1", NOW)
    renew(api, "control-plane-2", NOW + timedelta(seconds=61))
    assert len(stored) == 1


def test_losing_the_race_for_the_lease_is_no_failure(api: Any, stored: dict[str, str]) -> None:
    api.busy = True
    assert renew(api) == "another control plane makes the join token"


def test_a_token_that_could_not_be_stored_is_made_anew(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, token: str) -> None:
        raise tokens.StoreFailed("no answer")

    monkeypatch.setattr(tokens, "_store", fail)
    with pytest.raises(tokens.StoreFailed):
        renew(api)
    kept: dict[str, str] = {}
    monkeypatch.setattr(tokens, "_store", kept.__setitem__)
    renew(api)
    assert len(kept) == 1


def test_pools_are_asked_for_until_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[list[str] | Unknown] = [Unknown("no answer"), [], ["batch", "general"]]

    class Answering:
        def __init__(self, environment: str) -> None:
            assert environment == "sandbox"

        def pools(self) -> list[str]:
            answer = answers.pop(0)
            if isinstance(answer, Unknown):
                raise answer
            return answer

    monkeypatch.setattr(tokens, "Groups", Answering)
    monkeypatch.setattr(tokens, "_PAUSE_SECONDS", 0.0)
    assert tokens._pools({"environment": "sandbox"}, time.monotonic() + 60) == ["batch", "general"]
    assert answers == []


def test_an_environment_without_a_pool_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Groups, "pools", lambda self: [])
    assert tokens._pools({"environment": "sandbox"}, time.monotonic() - 1) == []
