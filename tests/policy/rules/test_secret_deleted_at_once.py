"""Entries of the secret store that nobody can have back."""

from __future__ import annotations

import pytest

from policy.resource import UNKNOWN
from policy.rules.secret_deleted_at_once import RULE
from tests.policy.declared import but, declared, lacking, one
from tests.policy.resources import messages

SECRET = ("aws:secretsmanager/secret:Secret", "break-glass")


def test_none_of_our_secrets_is_a_finding() -> None:
    secrets = [each for each in declared() if each.type == SECRET[0]]
    assert len(secrets) == 10
    assert [message for each in secrets for message in messages(RULE, each)] == []


@pytest.mark.parametrize(("days", "found"), [(0, 1), (6, 1), (7, 0), (30, 0), (UNKNOWN, 0)])
def test_a_window_under_a_week_is_found(days: object, found: int) -> None:
    assert len(messages(RULE, but(one(*SECRET), ("recoveryWindowInDays",), days))) == found


def test_the_providers_own_window_is_long_enough() -> None:
    assert messages(RULE, lacking(one(*SECRET), "recoveryWindowInDays")) == []
