"""Official downloads: only what matches its publisher's checksum."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import pytest

from hardway.artifacts.download import OutOfReachError, extract, fetch_checked, publisher_checksum
from hardway.artifacts.errors import ArtifactError

BINARY = b"a binary"
HASH = hashlib.sha256(BINARY).hexdigest()


@pytest.mark.parametrize(
    "listing",
    [
        f"{HASH}  runc.amd64\n",
        f"{'0' * 64}  runc.arm64\n{HASH.upper()} *runc.amd64\n",
        f"{HASH}\n",
        f"{HASH}  ./x/runc.amd64",
    ],
)
def test_checksum_listings_of_all_publishers_are_read(listing: str) -> None:
    assert publisher_checksum(listing, "runc.amd64", "url") == HASH


def test_a_listing_without_the_file_is_refused() -> None:
    with pytest.raises(ArtifactError, match=r"url: holds no checksum for runc\.amd64"):
        publisher_checksum(f"{HASH}  other\n", "runc.amd64", "url")


def test_what_matches_is_kept(publisher: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = publisher
    (folder / "runc").write_bytes(BINARY)
    (folder / "sums").write_text(f"{HASH}  runc\n")
    assert fetch_checked(f"{address}/runc", f"{address}/sums", tmp_path).read_bytes() == BINARY


def test_what_does_not_match_is_refused(publisher: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = publisher
    (folder / "runc").write_bytes(b"another")
    (folder / "sums").write_text(f"{HASH}  runc\n")
    with pytest.raises(ArtifactError, match=r"runc: has SHA-256 [0-9a-f]{64}, but .*/sums says .* Do not use it\."):
        fetch_checked(f"{address}/runc", f"{address}/sums", tmp_path)


def test_out_of_reach_is_an_error_of_its_own(publisher: tuple[Path, str], tmp_path: Path) -> None:
    _, address = publisher
    with pytest.raises(OutOfReachError, match="404"):
        fetch_checked(f"{address}/runc", f"{address}/sums", tmp_path)


def test_extracting_takes_one_member(tmp_path: Path) -> None:
    (tmp_path / "etcd").write_bytes(BINARY)
    archive = tmp_path / "etcd.tar.gz"
    with tarfile.open(archive, "w:gz") as opened:
        opened.add(tmp_path / "etcd", "etcd-v3/etcd")
    extract(archive, "etcd-v3/etcd", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == BINARY
    with pytest.raises(ArtifactError, match=r"etcd\.tar\.gz: holds no file etcd-v3/nothing"):
        extract(archive, "etcd-v3/nothing", tmp_path / "out")
