"""The cache folder: found by content, all of a file or nothing, and one writer at a time."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from hardway.artifacts.cache import cache_root, exclusive, is_present, object_path, place, scratch, store, unpacked_path
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import LockedArtifact
from tests.unit.hardway.artifacts.conftest import locked


@pytest.fixture
def bridge(tmp_path: Path) -> LockedArtifact:
    content = tmp_path / "bridge"
    content.write_bytes(b"program " * 1000)
    return locked("bridge", store("bridge", content))


def test_without_a_setting_it_is_in_the_users_own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HARDWAY_CACHE", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_root() == tmp_path / ".cache" / "hardway"
    assert cache_root().is_dir()


def test_an_object_lies_under_the_hash_of_its_bytes(bridge: LockedArtifact, cache: Path) -> None:
    path = object_path(bridge)
    assert path == cache / "objects" / bridge.sha256 / "bridge.zst"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == bridge.sha256


def test_what_was_cut_short_is_not_there(bridge: LockedArtifact) -> None:
    assert is_present(bridge)
    path = object_path(bridge)
    path.write_bytes(path.read_bytes()[:-1])
    assert not is_present(bridge)


def test_unpacked_is_executable_whole_and_unpacked_once(bridge: LockedArtifact) -> None:
    program = unpacked_path(bridge)
    assert program.stat().st_mode & 0o777 == 0o755
    assert hashlib.sha256(program.read_bytes()).hexdigest() == bridge.content_sha256
    object_path(bridge).unlink()
    assert unpacked_path(bridge) == program


def test_unpacking_what_is_missing_names_the_file_and_the_fix(bridge: LockedArtifact) -> None:
    object_path(bridge).unlink()
    with pytest.raises(ArtifactError) as caught:
        unpacked_path(bridge)
    assert str(caught.value).startswith(str(object_path(bridge)))
    assert "./hw artifacts fetch" in str(caught.value)


def test_nothing_is_left_of_work_that_failed(cache: Path) -> None:
    def work() -> None:
        with scratch() as folder:
            (folder / "half").touch()
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert list(cache.iterdir()) == []


def test_work_is_placed_without_being_copied(cache: Path) -> None:
    # Another file system would make it a copy, of which a reader may see one half.
    target = cache / "builds" / "key"
    with scratch() as folder:
        fresh = folder / "fresh"
        fresh.write_text("new")
        inode = fresh.stat().st_ino
        place(fresh, target)
    assert (target.stat().st_ino, target.read_text()) == (inode, "new")


def test_two_at_once_wait_for_each_other() -> None:
    entered = threading.Event()

    def second() -> None:
        with exclusive():
            entered.set()

    waiting = threading.Thread(target=second)
    with exclusive():
        waiting.start()
        assert not entered.wait(0.2)
    assert entered.wait(5)
    waiting.join()
