"""KMS keys that encrypt with the same material for ever."""

from __future__ import annotations

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.encryption_key_not_rotated import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages

KEY = ("aws:kms/key:Key", "key")


def test_our_key_is_no_finding() -> None:
    assert messages(RULE, one(*KEY)) == []


def test_a_key_that_stays_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*KEY), ("enableKeyRotation",), False))
    assert "set enable_key_rotation=True" in found
    assert messages(RULE, lacking(one(*KEY), "enableKeyRotation")) == [found]


@pytest.mark.parametrize(("days", "longest", "found"), [(365, 365, 0), (366, 365, 1), (366, 730, 0), (None, 180, 1)])
def test_a_longer_period_than_allowed_is_found(days: int | None, longest: int, found: int) -> None:
    settings = Settings(longest_key_rotation_days=longest)
    assert len(messages(RULE, but(one(*KEY), ("rotationPeriodInDays",), days), settings)) == found


@pytest.mark.parametrize("key", ["enableKeyRotation", "rotationPeriodInDays"])
def test_what_is_unknown_is_no_finding(key: str) -> None:
    assert messages(RULE, but(one(*KEY), (key,), UNKNOWN)) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("customerMasterKeySpec", "ECC_NIST_P256"),
        ("keyUsage", "SIGN_VERIFY"),
        ("customerMasterKeySpec", UNKNOWN),
        ("keyUsage", UNKNOWN),
    ],
)
def test_a_key_that_kms_cannot_rotate_or_may_not_is_no_finding(key: str, value: object) -> None:
    assert messages(RULE, but(lacking(one(*KEY), "enableKeyRotation"), (key,), value)) == []
