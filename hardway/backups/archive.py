"""One backup on this computer: fetched, unpacked, and checked against what it says of itself."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zstandard

from hardway.backups.documents import Manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MANIFEST, _SNAPSHOT, _IDENTITY = "manifest.json", "snapshot.db.zst", "identity.tar.zst"
_CHUNK: Final = 1 << 20


class Damaged(Exception):
    """A backup is not what it was when it was written; the text says how that shows."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A backup whose snapshot is the one that was taken."""

    key: str
    manifest: Manifest
    snapshot: Path
    """The snapshot, packed by zstd."""


def fetch(s3: S3Client, bucket: str, key: str, folder: Path) -> Archive:
    """The backup is in that folder and whole, or Damaged is raised."""
    packed = folder / "backup.tar"
    s3.download_file(bucket, key, str(packed))
    try:
        with tarfile.open(packed) as tar:
            parts = {member.name.removeprefix("./"): member for member in tar.getmembers() if member.isfile()}
            if lacking := {_MANIFEST, _SNAPSHOT, _IDENTITY} - parts.keys():
                raise Damaged(f"{key} lacks {', '.join(sorted(lacking))}.")
            # The identity stays packed: machines have theirs from the secret store, and keys need not lie about here.
            for name in (_MANIFEST, _SNAPSHOT):
                _unpack(tar, parts[name], folder / name)
        manifest = Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (tarfile.TarError, ValueError) as error:
        raise Damaged(f"{key} cannot be read: {' '.join(str(error).split())}") from error
    finally:
        packed.unlink()
    archive = Archive(key=key, manifest=manifest, snapshot=folder / _SNAPSHOT)
    _check(archive)
    return archive


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    source = tar.extractfile(member)
    assert source is not None, "a file, as its caller has seen"
    with source, to.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)


def _check(archive: Archive) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.snapshot.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
            while chunk := reader.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except zstandard.ZstdError as error:
        raise Damaged(f"the snapshot of {archive.key} cannot be unpacked: {error}") from error
    manifest = archive.manifest
    if digest.hexdigest() != manifest.snapshot_sha256:
        raise Damaged(
            f"the snapshot of {archive.key} has {size} bytes and SHA-256 {digest.hexdigest()}; its manifest says"
            f" {manifest.snapshot_bytes} bytes and {manifest.snapshot_sha256}. Take another one: --from KEY."
        )
