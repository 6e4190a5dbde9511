"""Volumes that anybody with a snapshot can read."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.volume_unencrypted import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages

VOLUME = ("aws:ebs/volume:Volume", "control-plane-control-plane-1-etcd")


def test_an_etcd_volume_is_no_finding() -> None:
    assert messages(RULE, one(*VOLUME)) == []


def test_a_plain_volume_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(one(*VOLUME), ("encrypted",), False))
    assert "set encrypted=True and kms_key_id" in found
    assert messages(RULE, lacking(one(*VOLUME), "encrypted")) == [found]


def test_what_is_unknown_is_no_finding() -> None:
    assert messages(RULE, but(one(*VOLUME), ("encrypted",), UNKNOWN)) == []
