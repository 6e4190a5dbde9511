"""Taking an environment down asks, refuses while data is protected, and a reset leaves nothing."""

from __future__ import annotations

from tests.cluster.conftest import Sandbox
from tests.cluster.host_state import host_state


def test_destroy_asks_for_the_name(sandbox: Sandbox) -> None:
    refused = sandbox.hw("destroy", "sandbox", given="something else\n", check=False)
    assert refused.returncode != 0
    assert len(sandbox.objects("nodes")) == 5


def test_reset_leaves_nothing_behind(sandbox: Sandbox) -> None:
    sandbox.hw("sandbox", "reset", "--yes")
    after = host_state(sandbox.directory)
    assert {key: after[key] for key in after if after[key] != sandbox.before[key]} == {}
