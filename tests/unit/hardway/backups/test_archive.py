"""A backup is fetched, and is the one that was taken or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from hardway.backups.archive import Archive, Damaged, fetch
from tests.unit.hardway.backups.conftest import KEY, SNAPSHOT, backup

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def fetched(s3: S3Client, folder: Path, body: bytes) -> Archive:
    s3.put_object(Bucket="backups", Key=KEY, Body=body)
    return fetch(s3, "backups", KEY, folder)


def test_a_whole_backup_is_unpacked_but_for_its_keys(s3: S3Client, tmp_path: Path) -> None:
    archive = fetched(s3, tmp_path, backup())
    assert archive.manifest.revision == 700
    with archive.snapshot.open("rb") as stream:
        assert zstandard.ZstdDecompressor().stream_reader(stream).read() == SNAPSHOT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "snapshot.db.zst"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (backup({"snapshot.db.zst": zstandard.compress(SNAPSHOT[:-1])}), "has 14999 bytes and SHA-256 .* --from KEY"),
        (backup({"snapshot.db.zst": zstandard.compress(SNAPSHOT)[:-8]}), "SHA-256|cannot be unpacked"),
        (backup({"snapshot.db.zst": b"no zstd"}), "cannot be unpacked"),
        (backup({"identity.tar.zst": b""}), f"{KEY} lacks identity.tar.zst"),
        (backup({"manifest.json": b"{}"}), f"{KEY} cannot be read"),
        (b"no tar", f"{KEY} cannot be read"),
        (backup()[:900], "cannot be read|lacks"),
    ],
)
def test_a_damaged_one_is_refused(s3: S3Client, tmp_path: Path, body: bytes, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        fetched(s3, tmp_path, body)


def test_names_in_it_lead_nowhere_else(s3: S3Client, tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    fetched(s3, folder, backup({"../outside": b"x"}))
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]
