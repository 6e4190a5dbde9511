"""A control plane's power fails under writes: two of the trials that `python -m bench.member_loss` makes twenty of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest

from bench.control_planes import LEASES, ControlPlanes
from bench.member_loss import ROLES, Role, trial
from tests.cluster.conftest import Sandbox

MOST_ABOVE_BARE_SECONDS = 3.0
MOST_TAKEOVER_SECONDS = 20.0


@pytest.mark.parametrize("role", ROLES)
def test_a_control_plane_is_lost_under_writes(
    sandbox: Sandbox, role: Role, record_property: Callable[[str, object], None]
) -> None:
    made = trial(ControlPlanes(sandbox.environment), role)
    print(json.dumps(asdict(made), indent=1))
    record_property("member_loss", asdict(made))
    assert made.bare.faults == []
    assert made.writes.faults == []
    assert made.writes.acknowledged > 200
    assert made.writes.gap_seconds <= made.bare.gap_seconds + MOST_ABOVE_BARE_SECONDS
    assert made.takeover_seconds.keys() == set(LEASES)
    assert max(made.takeover_seconds.values()) <= MOST_TAKEOVER_SECONDS
