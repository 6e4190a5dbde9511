from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox import devices


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The nodes that would have been made, which takes root."""
    nodes: list[tuple[str, int]] = []

    def mknod(path: Path, mode: int, number: int) -> None:
        nodes.append((path.name, number))
        path.touch()

    monkeypatch.setattr(os, "mknod", mknod)
    return nodes


def test_volumes_take_the_free_names_and_leave_nothing(tmp_path: Path, made: list[tuple[str, int]]) -> None:
    (tmp_path / "dev").mkdir()
    device = Path("/dev/null")
    number = device.stat().st_rdev
    devices.add(tmp_path, "vol-0a", device)
    devices.add(tmp_path, "vol-0b", device)
    devices.add(tmp_path, "vol-0a", device)
    assert made == [("nvme1n1", number), ("nvme2n1", number)]
    link = tmp_path / "dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0b"
    assert link.resolve() == tmp_path / "dev/nvme2n1"
    assert (tmp_path / "etc/tmpfiles.d/vol-0a.conf").read_text().startswith("b /dev/nvme1n1 0660 root disk - 1:3\n")

    devices.remove(tmp_path, "vol-0a")
    devices.remove(tmp_path, "vol-0a")
    assert not (tmp_path / "etc/tmpfiles.d/vol-0a.conf").exists()
    assert not (tmp_path / "dev/nvme1n1").exists()
    devices.add(tmp_path, "vol-0c", device)
    assert made[-1] == ("nvme1n1", number)
