"""Machines that are told secrets where everybody reads them."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.secret_in_user_data import RULE
from tests.policy.declared import but, declared, lacking
from tests.policy.fakes import PRIVATE_KEY, SECRETS
from tests.policy.machines import instance, template
from tests.policy.resources import messages


def told(text: str) -> Resource:
    """A control plane with that in its user data, too."""
    return but(instance(), ("userData",), f"{instance().properties['userData']}\n# {text}\n")


def test_none_of_our_machines_is_a_finding() -> None:
    machines = [each for each in declared() if RULE.judges(each.type)]
    assert len(machines) == 7
    assert [message for each in machines for message in messages(RULE, each)] == []


@pytest.mark.parametrize("kind", SECRETS)
def test_every_kind_of_secret_is_found_and_not_repeated(kind: str) -> None:
    (found,) = messages(RULE, told(SECRETS[kind]))
    assert f"seems to hold {kind}" in found
    assert SECRETS[kind] not in found


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "machine",
    [
        lambda: but(lacking(instance(), "userData"), ("userDataBase64",), packed(PRIVATE_KEY.encode())),
        lambda: but(lacking(instance(), "userData"), ("userDataBase64",), packed(gzip.compress(PRIVATE_KEY.encode()))),
        lambda: told(f"content: {packed(gzip.compress(PRIVATE_KEY.encode()))}"),
        lambda: told(f"content: {packed(packed(PRIVATE_KEY.encode()).encode())}"),
        lambda: but(template(), ("userData",), packed(PRIVATE_KEY.encode())),
        lambda: but(template(), ("userData",), packed(gzip.compress(packed(PRIVATE_KEY.encode()).encode()))),
    ],
)
def test_it_is_found_however_it_is_packed(machine: Callable[[], Resource]) -> None:
    (found,) = messages(RULE, machine())
    assert "a private key" in found


@pytest.mark.parametrize("key", ["userData", "userDataBase64"])
def test_what_is_missing_or_unknown_is_no_finding(key: str) -> None:
    assert messages(RULE, lacking(instance(), "userData")) == []
    assert messages(RULE, but(instance(), (key,), UNKNOWN)) == []
    assert messages(RULE, but(template(), ("userData",), UNKNOWN)) == []
