"""The volumes and the end of a running machine, with files for loop devices and a process for the machine."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox import volumes
from sandbox.paths import RegionDirectory
from sandbox.running import Running


class Machine:
    """What a machine is told of its disks."""

    def __init__(self) -> None:
        self.disks: dict[str, Path] = {}
        self.manager_pid: int | None = None
        self.spec = SimpleNamespace(instance_id="i-1")

    def attach(self, volume_id: str, device: Path) -> None:
        self.disks[volume_id] = device

    def detach(self, volume_id: str) -> None:
        del self.disks[volume_id]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def running(tmp_path: Path, machine: Machine) -> Running:
    return Running(cast(Any, machine), 0, RegionDirectory(tmp_path))


@pytest.fixture
def loops(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The images behind loop devices."""
    held: list[Path] = []

    def attach(image: Path) -> Path:
        assert image.exists()
        held.append(image)
        return Path("/dev/loop") / image.stem

    monkeypatch.setattr(volumes, "attach", attach)
    monkeypatch.setattr(volumes, "detach", held.remove)
    return held


def test_disks_are_the_wanted_volumes_and_no_others(running: Running, machine: Machine, loops: list[Path]) -> None:
    running.attach({"vol-1": 1, "vol-2": 2})
    assert machine.disks == {"vol-1": Path("/dev/loop/vol-1"), "vol-2": Path("/dev/loop/vol-2")}
    assert running.directory.volume("vol-2").stat().st_size == 2 * 2**30
    running.attach({"vol-2": 2})
    assert machine.disks.keys() == {"vol-2"}
    assert loops == [running.directory.volume("vol-2")]


def test_a_volume_that_is_attached_already_is_left_alone(running: Running, loops: list[Path]) -> None:
    running.attach({"vol-1": 1})
    running.attach({"vol-1": 1})
    assert len(loops) == 1


def test_a_released_machine_holds_no_volume_and_can_have_it_again(
    running: Running, machine: Machine, loops: list[Path]
) -> None:
    running.attach({"vol-1": 1})
    running.release()
    assert (loops, running.attached) == ([], {})
    running.attach({"vol-1": 1})
    assert len(loops) == 1


def test_the_end_of_a_machine_is_noticed(running: Running, machine: Machine) -> None:
    ended = threading.Event()
    with subprocess.Popen(["sleep", "60"]) as process:
        machine.manager_pid = process.pid
        running.watch(ended.set)
        assert not ended.wait(0.05)
        process.kill()
        assert ended.wait(5)


def test_a_machine_that_another_process_started_is_not_watched(running: Running) -> None:
    before = threading.active_count()
    running.watch(lambda: pytest.fail("nobody can know"))
    assert threading.active_count() == before
