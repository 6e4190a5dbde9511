"""Image archives: the same bytes each time, and a layout that containerd imports."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.image import ImageArchive, pack_image


@pytest.fixture
def archive(tmp_path: Path) -> ImageArchive:
    """An archive around a small program."""
    return packed(tmp_path, b"program")


def packed(folder: Path, content: bytes) -> ImageArchive:
    """The archive of a program with that content."""
    program = folder / "program"
    program.write_bytes(content)
    return pack_image(
        name="coredns",
        version="1.14.1",
        program=program,
        entrypoint=("/coredns",),
        arguments=("-conf", "x"),
        license="Apache-2.0",
    )


def members(content: bytes) -> dict[str, bytes]:
    """Path to content of a tar's files."""
    with tarfile.open(fileobj=io.BytesIO(content)) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened if entry.isfile()}  # type: ignore[union-attr]


def blob(files: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    """The blob that a descriptor points at, checked."""
    content = files[f"blobs/{descriptor['digest'].replace(':', '/')}"]
    assert len(content) == descriptor["size"]
    assert hashlib.sha256(content).hexdigest() == descriptor["digest"].removeprefix("sha256:")
    return content


def test_same_program_same_bytes(tmp_path: Path, archive: ImageArchive) -> None:
    assert packed(tmp_path, b"program") == archive
    assert packed(tmp_path, b"another").reference != archive.reference


def test_layout_is_whole(archive: ImageArchive) -> None:
    files = members(archive.content)
    assert json.loads(files["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    by_tag, by_digest = json.loads(files["index.json"])["manifests"]
    assert by_tag["digest"] == by_digest["digest"]
    manifest = json.loads(blob(files, by_tag))
    config = json.loads(blob(files, manifest["config"]))
    layer = blob(files, manifest["layers"][0])
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert config["config"]["User"] == "65532:65532"
    assert config["config"]["Entrypoint"] == ["/coredns"]
    assert config["config"]["Labels"]["org.opencontainers.image.version"] == "1.14.1"
    assert members(layer)["coredns"] == b"program"


def test_it_is_named_by_tag_and_by_the_reference_for_pods(archive: ImageArchive) -> None:
    index = json.loads(members(archive.content)["index.json"])
    names = [one["annotations"]["io.containerd.image.name"] for one in index["manifests"]]
    assert names == ["hardway.local/coredns:1.14.1", archive.reference]
    assert archive.reference == f"hardway.local/coredns@{index['manifests'][0]['digest']}"


def test_the_program_is_executable_by_all_and_owned_by_root(archive: ImageArchive) -> None:
    files = members(archive.content)
    manifest = json.loads(blob(files, json.loads(files["index.json"])["manifests"][0]))
    with tarfile.open(fileobj=io.BytesIO(blob(files, manifest["layers"][0]))) as layer:
        entry = layer.getmember("coredns")
        assert (entry.mode, entry.uid, entry.gid, entry.mtime) == (0o755, 0, 0, 0)
        assert layer.getmember("tmp").mode == 0o1777
