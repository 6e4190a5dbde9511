"""Bundles as files: written once, named by content."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardway.bundle_files import bundle_file
from hardway.machine.bundle import sha256


def test_a_bundle_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDWAY_CACHE", str(tmp_path))
    path = bundle_file(b"content")
    assert path == tmp_path / "bundles" / f"{sha256(b'content')}.tar"
    assert path.read_bytes() == b"content"
    written = path.stat().st_mtime_ns
    assert bundle_file(b"content") == path
    assert path.stat().st_mtime_ns == written
