"""The region's API as WSGI application."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from moto import settings

from sandbox.moto_app import Api


@pytest.fixture(autouse=True)
def _moto_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region checks every request; the moto of other tests in this process does not."""
    name = "INITIAL_NO_AUTH_ACTION_COUNT"
    monkeypatch.setattr(settings, name, getattr(settings, name))


def ask(api: Api, **environ: Any) -> tuple[str, bytes]:
    """Status and body of a call without a signature."""
    said: list[str] = []
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO(), **environ}
    body = b"".join(api(given, lambda status, headers, exc_info=None: said.append(status)))
    return said[0][:3], body


def test_a_call_without_a_signature_is_refused_in_the_asker_s_language(tmp_path: Path) -> None:
    changes: list[tuple[str, str]] = []
    api = Api(tmp_path / "api.log", tmp_path, lambda service, action: changes.append((service, action)))
    status, body = ask(api, REQUEST_METHOD="PUT", PATH_INFO="/bucket")
    assert (status, b"<Code>MissingAuthenticationToken</Code>" in body) == ("403", True)
    status, body = ask(api, REQUEST_METHOD="POST", HTTP_X_AMZ_TARGET="secretsmanager.GetSecretValue")
    assert (status, json.loads(body)["__type"]) == ("403", "MissingAuthenticationTokenException")
    assert changes == []
    assert "Put:/bucket 403" in (tmp_path / "api.log").read_text()


def test_a_part_of_a_large_object_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    """Clients ask for large objects in parts, and the first answer has the same tag as all others."""
    api = Api(tmp_path / "api.log", tmp_path, lambda service, action: None)
    whole = bytes(range(256)) * 16384

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        part = whole[: 2 << 20] if "HTTP_RANGE" in environ else whole
        start("206 PARTIAL CONTENT" if "HTTP_RANGE" in environ else "200 OK", [("ETag", '"tag"')])
        return [part]

    api._moto = answer
    signed = {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=AKIA/20261121/eu-central-1/s3/aws4_request"}
    assert ask(api, **signed, HTTP_RANGE="bytes=0-2097151") == ("206", whole[: 2 << 20])
    assert ask(api, **signed) == ("200", whole)
    assert ask(api, **signed, HTTP_RANGE="bytes=0-2097151") == ("206", whole[: 2 << 20])
