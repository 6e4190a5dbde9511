"""Buckets that take their objects along."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.bucket_emptied_on_delete import RULE
from tests.policy.declared import but, lacking, one
from tests.policy.resources import messages

BUCKET = ("aws:s3/bucket:Bucket", "artifacts")


def test_our_bucket_is_no_finding() -> None:
    assert messages(RULE, one(*BUCKET)) == []


def test_a_bucket_that_is_emptied_is_found() -> None:
    (found,) = messages(RULE, but(one(*BUCKET), ("forceDestroy",), True))
    assert "leave force_destroy out" in found


@pytest.mark.parametrize("value", [None, UNKNOWN])
def test_what_is_missing_or_unknown_is_no_finding(value: Any) -> None:
    assert messages(RULE, but(one(*BUCKET), ("forceDestroy",), value)) == []
    assert messages(RULE, lacking(one(*BUCKET), "forceDestroy")) == []
