"""Clusters that nobody could bring back."""

from __future__ import annotations

from typing import Any

import pytest

from policy.enforcement import Level, level
from policy.rule import Settings
from policy.rules.environment_without_backups import RULE
from policy.settings import EnvironmentKind
from tests.policy.resources import findings

LINK = {"stack": "prod-management", "backup_bucket": "b"}


def settings(**values: Any) -> Settings:
    return Settings(configuration={f"hardway:{key}": value for key, value in values.items()})


def test_an_environment_with_management_is_no_finding() -> None:
    assert findings(RULE, settings=settings(kind="environment", management=LINK)) == []


@pytest.mark.parametrize("values", [{}, {"management": None}])
def test_one_without_is_found(values: dict[str, Any]) -> None:
    (found,) = findings(RULE, settings=settings(kind="environment", **values))
    assert found.message.startswith("nothing is backed up: hardway:management names no management stack")


@pytest.mark.parametrize("kind", ["management", "services"])
def test_other_stacks_need_none(kind: str) -> None:
    assert findings(RULE, settings=settings(kind=kind)) == []
    assert findings(RULE, settings=Settings()) == []


@pytest.mark.parametrize("kind", EnvironmentKind)
def test_it_is_told_and_stops_nothing(kind: EnvironmentKind) -> None:
    assert level(RULE.name, kind) is Level.ADVISORY
