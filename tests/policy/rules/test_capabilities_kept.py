"""Containers with more capabilities than none."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.capabilities_kept import RULE
from tests.policy.resources import messages
from tests.policy.workloads import context, deployment, with_container


def judged(capabilities: Any, settings: Settings | None = None) -> list[str]:
    return messages(RULE, deployment(with_container(securityContext=context(capabilities=capabilities))), settings)


@pytest.mark.parametrize(
    "capabilities",
    [
        {"drop": ["ALL"]},
        {"drop": ["ALL", "NET_RAW"], "add": ["NET_BIND_SERVICE"]},
        {"drop": ["ALL"], "add": UNKNOWN},
        {"drop": ["ALL"], "add": [UNKNOWN]},
        {"drop": UNKNOWN},
        {"drop": ["NET_RAW", UNKNOWN]},
        UNKNOWN,
    ],
)
def test_none_or_unknown_is_no_finding(capabilities: Any) -> None:
    assert judged(capabilities) == []


@pytest.mark.parametrize("capabilities", [None, {}, {"drop": []}, {"drop": ["NET_RAW"]}, {"add": ["NET_BIND_SERVICE"]}])
def test_what_is_not_dropped_is_found(capabilities: Any) -> None:
    (message,) = judged(capabilities)
    assert 'capabilities.drop: ["ALL"]' in message


@pytest.mark.parametrize("added", ["SYS_ADMIN", "CAP_SYS_ADMIN", "ALL", "NET_RAW"])
def test_what_is_added_is_found(added: str) -> None:
    (message,) = judged({"drop": ["ALL"], "add": ["NET_BIND_SERVICE", added, UNKNOWN]})
    assert added in message


def test_allowed_capabilities_are_settings() -> None:
    settings = Settings.model_validate({"allowed_capabilities": []})
    assert len(judged({"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, settings)) == 1


def test_without_a_security_context_all_are_kept() -> None:
    assert len(messages(RULE, deployment(with_container(securityContext=None)))) == 1
    assert messages(RULE, deployment(with_container(securityContext=UNKNOWN))) == []
