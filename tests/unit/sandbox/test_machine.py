from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.machine import CONSOLE_LIMIT, Machine, MachineError, MachineSpec


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine that has never been booted."""
    return Machine(
        MachineSpec(
            instance_id="i-0123",
            name="ip-10-0-0-9.eu-west-1.compute.internal",
            namespace="hw1a2b-0123",
            directory=tmp_path / "i-0123",
            layers=(tmp_path / "layer", tmp_path / "base"),
            memory_mib=1024,
            vcpus=2,
        )
    )


def test_its_control_group_is_in_its_regions_folder(machine: Machine) -> None:
    assert machine.cgroup.name == "hardway-1a2b/i-0123"


def test_one_that_never_booted_is_not_alive_and_says_so(machine: Machine) -> None:
    assert not machine.alive()
    assert machine.leader_pid is None
    assert machine.console() == ""
    with pytest.raises(MachineError, match=r"^ip-10-0-0-9.* is not running"):
        machine.run(["true"])


def test_the_console_is_kept_as_far_back_as_ec2_keeps_it(machine: Machine) -> None:
    machine.spec.directory.mkdir()
    (machine.spec.directory / "console.log").write_bytes(b"early" + b"x" * CONSOLE_LIMIT)
    assert machine.console() == "x" * CONSOLE_LIMIT
