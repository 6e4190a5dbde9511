"""Taking an environment down: protected data stops it, the name is asked for, and a reset leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.conftest import ROOT, Sandbox
from tests.cluster.host_state import host_state

STACK_FILE = ROOT / "stacks/Pulumi.sandbox.yaml"


@pytest.fixture
def released() -> Iterator[None]:
    """The stack file lets go of its data, as an operator would edit it; put back afterwards."""
    kept = STACK_FILE.read_text()
    edited = kept.replace("  hardway:image:\n", "  hardway:deletion_protection: false\n  hardway:image:\n")
    edited = edited.replace("    etcd_volume_gib: 1\n", "    etcd_volume_gib: 1\n    protect_data: false\n")
    assert edited.count("\n") == kept.count("\n") + 2
    STACK_FILE.write_text(edited)
    try:
        yield
    finally:
        STACK_FILE.write_text(kept)


def test_protected_data_stops_a_destroy_before_anything_is_touched(sandbox: Sandbox) -> None:
    before = sandbox.region("status")["writes"]
    refused = sandbox.hw("destroy", "sandbox", "--yes", check=False)
    assert refused.returncode == 2
    assert "protected data" in refused.stderr
    assert "control-plane-1" in refused.stderr
    assert "hardway:deletion_protection: false" in refused.stderr
    assert sandbox.region("status")["writes"] == before


@pytest.mark.usefixtures("released")
def test_released_data_goes_once_the_name_is_given(sandbox: Sandbox) -> None:
    sandbox.hw("up", "sandbox", "--yes")
    before = sandbox.region("status")["writes"]
    refused = sandbox.hw("destroy", "sandbox", given="something else\n", check=False)
    assert refused.returncode == 2
    assert "nothing was touched" in refused.stderr
    assert sandbox.region("status")["writes"] == before
    assert len(sandbox.objects("nodes")) == 5

    sandbox.hw("destroy", "sandbox", given="sandbox\n")
    states = {machine["state"] for machine in sandbox.machines()}
    assert states <= {"terminated"}
    assert sandbox.pulumi("stack", "--show-urns", "-s", "sandbox").stdout.count("urn:pulumi:") <= 1


def test_reset_leaves_nothing_behind(sandbox: Sandbox) -> None:
    sandbox.hw("sandbox", "reset", "--yes")
    after = host_state(sandbox.directory)
    assert {key: after[key] for key in after if after[key] != sandbox.before[key]} == {}
