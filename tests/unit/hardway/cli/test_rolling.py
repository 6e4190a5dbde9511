"""Only pools that an update waits for are asked about, and not at every event."""

from __future__ import annotations

import pytest

from hardway.cli.rolling import PoolRolls
from hardway.cli.target import Target

URN = "urn:pulumi:sandbox::hardway::hardway:machines:WorkerPool$command:local:Command::pool-general-gate"
MEMBER = "urn:pulumi:sandbox::hardway::command:local:Command::control-plane-control-plane-1-gate"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pools that were asked about."""
    pools: list[str] = []

    def line(self: PoolRolls, pool: str) -> str:
        pools.append(pool)
        return f"{pool}: 1 of 2 machines are new"

    monkeypatch.setattr(PoolRolls, "_line", line)
    return pools


def test_a_pool_whose_gate_is_in_the_works_is_shown_and_asked_about_seldom(asked: list[str]) -> None:
    rolls = PoolRolls(Target("sandbox"), {})
    for _ in range(3):
        assert rolls.lines([URN, MEMBER]) == ["pool-general: 1 of 2 machines are new"]
    assert asked == ["pool-general"]


def test_nobody_is_asked_while_no_gate_is_in_the_works(asked: list[str]) -> None:
    assert PoolRolls(Target("sandbox"), {}).lines([MEMBER]) == []
    assert not asked
