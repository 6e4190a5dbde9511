"""Fetching: what is there stays untouched, what is missing is made, what differs from the lock is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.build import here
from hardway.artifacts.cache import is_present, object_path, store
from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.compression import Compressed
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.fetch import compare, fetch_locked
from hardway.artifacts.lock import ArtifactLock, BuiltWith, LockedArtifact
from tests.unit.hardway.artifacts.conftest import locked

LOCK_FILE = Path("stacks/artifacts/sandbox.json")


def lock_of(*artifacts: LockedArtifact, built_with: BuiltWith | None = None) -> ArtifactLock:
    """A lock with those artifacts."""
    return ArtifactLock(environment="sandbox", source="built", built_with=built_with or here(), artifacts=artifacts)


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LockedArtifact:
    """The bridge plugin as the recording compiler makes it, hashed in a cache of its own."""
    content = tmp_path / "bridge"
    content.write_text(load_catalog().sources["cni-plugins"].binaries["bridge"], encoding="utf-8")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("HARDWAY_CACHE", str(tmp_path / "elsewhere"))
        return locked("bridge", store("bridge", content))


def test_missing_is_built_stored_and_then_left_alone(bridge: LockedArtifact, runner: Any) -> None:
    lock = lock_of(bridge)
    assert not is_present(bridge)
    for _ in range(2):
        fetch_locked(lock, LOCK_FILE, runner=runner)
    assert is_present(bridge)
    assert len(runner.orders) == 1
    stored = object_path(bridge).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == bridge.sha256


def test_only_the_named_are_fetched(bridge: LockedArtifact, runner: Any) -> None:
    other = bridge.model_copy(update={"name": "runc", "sha256": "c" * 64})
    fetch_locked(lock_of(bridge, other), LOCK_FILE, ["bridge"], runner=runner)
    assert is_present(bridge)
    assert not is_present(other)


def test_progress_names_each_phase(bridge: LockedArtifact, runner: Any) -> None:
    told: list[tuple[str, str]] = []
    fetch_locked(lock_of(bridge), LOCK_FILE, None, lambda name, phase, _: told.append((name, phase)), runner)
    assert told == [("cni-plugins", "build"), ("bridge", "compress"), ("bridge", "done")]


def test_a_mismatch_names_file_hashes_cause_and_fix(bridge: LockedArtifact, built_with: BuiltWith) -> None:
    found = Compressed(size_bytes=1, sha256="1" * 64, content_sha256="2" * 64)
    lock = lock_of(bridge, built_with=built_with.model_copy(update={"go": "1.26.1"}))
    with pytest.raises(ArtifactError) as caught:
        compare(bridge, found, lock, built_with, LOCK_FILE)
    assert str(caught.value) == (
        f"stacks/artifacts/sandbox.json: bridge 1.0.0: content SHA-256 {bridge.content_sha256} expected, "
        f"{'2' * 64} found (go 1.26.1 in the lock, 1.26.8 here). If the new one is right: ./hw artifacts lock sandbox"
    )


def test_a_difference_in_compression_alone_is_told_apart(bridge: LockedArtifact, built_with: BuiltWith) -> None:
    found = Compressed(size_bytes=1, sha256="1" * 64, content_sha256=bridge.content_sha256)
    with pytest.raises(ArtifactError, match="same content, but compressed SHA-256"):
        compare(bridge, found, lock_of(bridge), built_with, LOCK_FILE)
