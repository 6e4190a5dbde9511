"""Official downloads: taken only when they match the publisher's checksum, given up soon when out of reach."""

from __future__ import annotations

import hashlib
import http.client
import tarfile
import urllib.request
from pathlib import Path
from typing import Final

from hardway.artifacts.errors import ArtifactError

TIMEOUT_SECONDS: Final = 5
"""For one socket operation, the connection included. Without a network the answer is "no such name" at once."""

CHUNK: Final = 1 << 20


class OutOfReachError(ArtifactError):
    """The publisher's host did not answer; whoever asked may build instead."""


def download(url: str, target: Path) -> str:
    """`target` holds what `url` offers; its SHA-256 is returned."""
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer, target.open("wb") as sink:
            while block := answer.read(CHUNK):
                sink.write(block)
                digest.update(block)
    except (OSError, http.client.HTTPException) as error:
        raise OutOfReachError(f"{url}: {error or type(error).__name__}") from error
    return digest.hexdigest()


def publisher_checksum(listing: str, file_name: str, url: str) -> str:
    """The SHA-256 of a file in its publisher's listing: `<hash>  <file>` lines, or one bare hash."""
    rows = [line.split() for line in listing.splitlines() if line.strip()]
    for row in rows:
        if len(row) >= 2 and Path(row[1].lstrip("*")).name == file_name:
            return row[0].lower()
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0].lower()
    raise ArtifactError(f"{url}: holds no checksum for {file_name}.")


def fetch_checked(url: str, checksum_url: str, folder: Path) -> Path:
    """The publisher's file in `folder`, checked against the publisher's checksum."""
    name = url.rsplit("/", 1)[-1]
    listing = folder / "checksums"
    download(checksum_url, listing)
    expected = publisher_checksum(listing.read_text(encoding="utf-8"), name, checksum_url)
    target = folder / name
    found = download(url, target)
    if found != expected:
        raise ArtifactError(f"{url}: has SHA-256 {found}, but {checksum_url} says {expected}. Do not use it.")
    return target


def extract(archive: Path, member: str, target: Path) -> None:
    """`target` holds one file out of a compressed tar."""
    with tarfile.open(archive) as opened:
        try:
            content = opened.extractfile(member)
        except KeyError:
            content = None
        if content is None:
            raise ArtifactError(f"{archive.name}: holds no file {member}.")
        with content, target.open("wb") as sink:
            while block := content.read(CHUNK):
                sink.write(block)
