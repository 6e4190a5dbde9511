"""Machines that are told more than EC2 keeps."""

from __future__ import annotations

import base64

from policy.resource import UNKNOWN
from policy.rules.user_data_too_large import RULE
from tests.policy.declared import but, declared, lacking
from tests.policy.machines import instance, template
from tests.policy.resources import messages

LIMIT = 16_384


def test_none_of_our_machines_is_a_finding() -> None:
    machines = [each for each in declared() if RULE.judges(each.type)]
    assert len(machines) == 7
    assert [message for each in machines for message in messages(RULE, each)] == []


def test_a_byte_too_many_is_found_before_it_is_encoded() -> None:
    assert messages(RULE, but(instance(), ("userData",), "x" * LIMIT)) == []
    (found,) = messages(RULE, but(instance(), ("userData",), "x" * (LIMIT + 1)))
    assert "16385 bytes of 16384" in found
    assert messages(RULE, but(instance(), ("userData",), "é" * (LIMIT // 2 + 1))) == [found.replace("16385", "16386")]


def test_what_comes_encoded_is_measured_decoded() -> None:
    exactly, more = (base64.b64encode(b"x" * size).decode() for size in (LIMIT, LIMIT + 1))
    assert messages(RULE, but(template(), ("userData",), exactly)) == []
    assert len(messages(RULE, but(template(), ("userData",), more))) == 1
    assert len(messages(RULE, but(lacking(instance(), "userData"), ("userDataBase64",), more))) == 1


def test_what_is_missing_or_unknown_is_no_finding() -> None:
    assert messages(RULE, lacking(instance(), "userData")) == []
    assert messages(RULE, but(instance(), ("userData",), UNKNOWN)) == []
