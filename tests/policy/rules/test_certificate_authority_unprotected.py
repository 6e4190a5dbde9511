"""Roots of trust that a mistake can replace."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.certificate_authority_unprotected import RULE
from tests.policy.declared import but, declared, one, unprotected
from tests.policy.resources import messages

OURS = ("tls:index/selfSignedCert:SelfSignedCert", "pki-kubernetes-ca")


def test_none_of_our_authorities_is_a_finding() -> None:
    authorities = [each for each in declared() if each.type == OURS[0]]
    assert len(authorities) == 4
    assert [message for each in authorities for message in messages(RULE, each)] == []


def test_without_protection_an_authority_is_found() -> None:
    (found,) = messages(RULE, unprotected(one(*OURS)))
    assert "its certificate and to its key" in found


@pytest.mark.parametrize("authority", [False, None, UNKNOWN])
def test_what_is_no_authority_or_not_known_to_be_one_is_no_finding(authority: Any) -> None:
    assert messages(RULE, unprotected(but(one(*OURS), ("isCaCertificate",), authority))) == []
