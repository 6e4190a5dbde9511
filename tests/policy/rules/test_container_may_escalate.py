"""Containers whose processes can gain rights."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.container_may_escalate import RULE
from tests.policy.resources import messages
from tests.policy.workloads import context, deployment, with_container


def judged(security: Any) -> list[str]:
    return messages(RULE, deployment(with_container(securityContext=security)))


@pytest.mark.parametrize("security", [context(), UNKNOWN, context(allowPrivilegeEscalation=UNKNOWN)])
def test_none_or_unknown_is_no_finding(security: Any) -> None:
    assert judged(security) == []


@pytest.mark.parametrize(
    "security", [None, {}, context(allowPrivilegeEscalation=None), context(allowPrivilegeEscalation=True)]
)
def test_the_default_and_the_permission_are_found(security: Any) -> None:
    (message,) = judged(security)
    assert "allowPrivilegeEscalation: false" in message


def test_the_pods_own_context_cannot_say_it() -> None:
    spec = with_container(securityContext={})
    spec["securityContext"]["allowPrivilegeEscalation"] = False
    assert len(messages(RULE, deployment(spec))) == 1
