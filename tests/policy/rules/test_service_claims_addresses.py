"""Services that claim addresses of others."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.service_claims_addresses import RULE
from tests.policy.resources import messages
from tests.policy.workloads import object_of


def judged(addresses: Any) -> list[str]:
    return messages(RULE, object_of("v1", "Service", {"spec": {"externalIPs": addresses}}))


@pytest.mark.parametrize("addresses", [None, [], UNKNOWN, [UNKNOWN]])
def test_none_is_no_finding(addresses: Any) -> None:
    assert judged(addresses) == []
    assert messages(RULE, object_of("v1", "Service", {"spec": {"clusterIP": "10.62.0.10"}})) == []


def test_each_one_is_named() -> None:
    (message,) = judged(["192.0.2.1", UNKNOWN, "192.0.2.2"])
    assert "192.0.2.1, 192.0.2.2" in message
