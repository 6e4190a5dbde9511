"""Finding the engine: the official one only if it brings its language host."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.engine import LANGUAGE_HOST, find_engine


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """A folder that looks like an official installation."""
    folder = tmp_path / "official"
    folder.mkdir()
    for name in ("pulumi", LANGUAGE_HOST):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_official_engine_on_path_is_taken(official: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(official))
    engine = find_engine()
    assert (engine.path, engine.official) == (official / "pulumi", True)


def test_one_without_language_host_gives_way_to_the_official_one_in_the_cache(
    official: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cache / "pulumi" / load_catalog().sources["pulumi"].version
    kept.parent.mkdir(parents=True)
    (official / LANGUAGE_HOST).unlink()
    monkeypatch.setenv("PATH", str(official))
    kept.mkdir()
    for name in ("pulumi", LANGUAGE_HOST):
        (kept / name).touch()
    engine = find_engine()
    assert (engine.path, engine.official) == (kept / "pulumi", True)
