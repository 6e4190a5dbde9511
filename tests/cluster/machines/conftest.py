"""Machines without a region around them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import base_image, quirks
from tests.cluster.machines.host import MachineHost


@pytest.fixture(scope="session")
def layers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The base image and a region's layer with a throw-away authority."""
    if os.geteuid() != 0:
        pytest.fail("machines need root")
    folder = tmp_path_factory.mktemp("region")
    subject = ["-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=region test", "-days", "2"]
    output = ["-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.crt")]
    subprocess.run(["openssl", "req", *subject, *output], check=True, capture_output=True)
    base = base_image.ensure(print)
    quirks.write_layer(folder / "layer", base, (folder / "ca.crt").read_text())
    return folder / "layer", base


@pytest.fixture
def machine_host(tmp_path: Path, layers: tuple[Path, ...]) -> Iterator[MachineHost]:
    """Makes machines and removes them, with the host's settings raised meanwhile."""
    old = {change.name: _sysctl(change.name, change.value) for change in quirks.host_changes()}
    host = MachineHost(tmp_path / "machines", layers)
    try:
        yield host
    finally:
        host.close()
        for name, value in old.items():
            _sysctl(name, value)


def _sysctl(name: str, value: str) -> str:
    path = Path("/proc/sys", *name.split("."))
    old = path.read_text().strip()
    path.write_text(value)
    return old
