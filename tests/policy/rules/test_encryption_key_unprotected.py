"""Keys that a mistake can take along."""

from __future__ import annotations

from policy.rules.encryption_key_unprotected import RULE
from tests.policy.declared import one, unprotected
from tests.policy.resources import messages, resource

OURS = ("aws:kms/key:Key", "key")


def test_ours_is_no_finding() -> None:
    assert messages(RULE, one(*OURS)) == []


def test_without_protection_it_is_found() -> None:
    (found,) = messages(RULE, unprotected(one(*OURS)))
    assert "hardway:deletion_protection" in found


def test_protection_is_all_that_counts() -> None:
    assert messages(RULE, resource(OURS[0], {}, protect=True)) == []
    assert len(messages(RULE, resource(OURS[0], {}))) == 1
