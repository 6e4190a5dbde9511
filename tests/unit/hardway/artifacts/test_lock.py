"""Reading locks: what is in them, and what is said when they are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import ArtifactLock, BuiltWith, load_lock, read_lock, save_lock

ENVIRONMENTS = ("sandbox", "dev", "prod")


def lock_data(**changes: Any) -> dict[str, Any]:
    """A right lock with one artifact, then changed."""
    return {
        "environment": "sandbox",
        "source": "built",
        "built_with": {"go": "1.26.8", "gcc": "gcc 12", "libseccomp": "2.5.4", "zstd": "1.5.7"},
        "artifacts": [artifact_data()],
    } | changes


def artifact_data(**changes: Any) -> dict[str, Any]:
    """A right artifact, then changed."""
    return {
        "name": "runc",
        "kind": "binary",
        "version": "1.5.2",
        "license": "Apache-2.0",
        "upstream_url": "https://example.org/runc",
        "checksum_source": "https://example.org/runc.sha256sum",
        "size_bytes": 7,
        "sha256": "a" * 64,
        "content_sha256": "b" * 64,
    } | changes


def write(folder: Path, data: object) -> Path:
    """A lock file with that content."""
    path = folder / "sandbox.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_object_key_is_by_content(tmp_path: Path) -> None:
    lock = read_lock(write(tmp_path, lock_data()), "sandbox")
    assert lock.get("runc").object_key == f"artifacts/{'a' * 64}/runc.zst"
    assert lock.version("runc") == "1.5.2"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lock_data(surplus=1), "surplus: Extra inputs are not permitted"),
        (
            lock_data(artifacts=[artifact_data(kind="rpm")]),
            "artifacts.0.kind: Input should be 'binary', 'package' or 'image'",
        ),
        (lock_data(source="copied"), "source: Input should be 'built' or 'upstream'"),
        (lock_data(environment="prod"), "environment: is prod, expected sandbox"),
        (lock_data(artifacts=[artifact_data(), artifact_data()]), "artifacts: runc is listed twice"),
    ],
)
def test_a_wrong_lock_names_file_fault_and_fix(tmp_path: Path, data: object, message: str) -> None:
    path = write(tmp_path, data)
    with pytest.raises(ArtifactError) as caught:
        read_lock(path, "sandbox")
    assert str(caught.value) == f"{path}: {message}. Make it with: ./hw artifacts lock sandbox"


def test_a_missing_lock_names_file_and_fix() -> None:
    with pytest.raises(ArtifactError) as caught:
        load_lock("nowhere")
    assert str(caught.value).endswith(
        "stacks/artifacts/nowhere.json: there is no artifact lock for nowhere. "
        "Make it with: ./hw artifacts lock nowhere"
    )


def test_an_unknown_artifact_names_the_known_ones(tmp_path: Path) -> None:
    lock = read_lock(write(tmp_path, lock_data()), "sandbox")
    with pytest.raises(ArtifactError, match=r"no artifact is named crun\. It has: runc\."):
        lock.get("crun")


def test_saving_sorts_by_name_and_reads_back(tmp_path: Path) -> None:
    unsorted = ArtifactLock.model_validate(lock_data(artifacts=[artifact_data(), artifact_data(name="bridge")]))
    path = tmp_path / "sandbox.json"
    save_lock(path, unsorted)
    assert [artifact.name for artifact in read_lock(path, "sandbox").artifacts] == ["bridge", "runc"]


def test_differences_name_only_what_differs() -> None:
    lock = BuiltWith(go="1.26.8", gcc="gcc 12", libseccomp="2.5.4", zstd="1.5.7")
    here = lock.model_copy(update={"gcc": "gcc 13"})
    assert lock.differences(here) == "gcc gcc 12 in the lock, gcc 13 here"
    assert lock.differences(lock) == ""


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_committed_locks_are_whole(environment: str) -> None:
    lock = load_lock(environment)
    assert {artifact.name for artifact in lock.artifacts if artifact.kind == "image"} == {"pause", "coredns", "agnhost"}
    for artifact in lock.artifacts:
        assert len(artifact.sha256) == len(artifact.content_sha256) == 64
        assert (artifact.reference is not None) == (artifact.kind == "image")
        assert (artifact.go_module is None) == (artifact.kind == "package")
