"""Containers that can change themselves."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.root_filesystem_writable import RULE
from tests.policy.resources import messages
from tests.policy.workloads import context, deployment, with_container


def judged(security: Any) -> list[str]:
    return messages(RULE, deployment(with_container(securityContext=security)))


@pytest.mark.parametrize("security", [context(), UNKNOWN, context(readOnlyRootFilesystem=UNKNOWN)])
def test_read_only_or_unknown_is_no_finding(security: Any) -> None:
    assert judged(security) == []


@pytest.mark.parametrize(
    "security", [None, {}, context(readOnlyRootFilesystem=None), context(readOnlyRootFilesystem=False)]
)
def test_a_writable_one_is_found(security: Any) -> None:
    (message,) = judged(security)
    assert "readOnlyRootFilesystem: true" in message
