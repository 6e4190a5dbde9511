"""Objects are stored as zstd: every machine unpacks about a gigabyte, and gzip costs four times the CPU.

Debian's official cloud image has the command: the manifest of debian-12-genericcloud-amd64, build 20250210-2019
(a copy is kept in kubevirt/containerdisks, artifacts/debian/testdata), lists zstd 1.5.4+dfsg2-5. The same manifest
holds libmnl0, libnftnl11, python3, iptables and socat, and neither nftables, libnftables1 nor libjansson4.

The same bytes in give the same bytes out for one version of the library, which uv.lock pins.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zstandard

SUFFIX: Final = "zst"
LEVEL: Final = 10
CHUNK: Final = 1 << 20

ZSTD_VERSION: Final = ".".join(str(part) for part in zstandard.ZSTD_VERSION)


@dataclass(frozen=True, kw_only=True)
class Compressed:
    """What came out, and the hashes of both sides."""

    size_bytes: int
    sha256: str
    content_sha256: str


def compress(content: Path, target: Path) -> Compressed:
    """`target` holds `content` compressed; frames carry the content's size and a checksum."""
    engine = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    digest = hashlib.sha256()
    with content.open("rb") as source, target.open("wb") as sink:
        content_sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        with engine.stream_reader(source, size=content.stat().st_size) as packed:
            while piece := packed.read(CHUNK):
                sink.write(piece)
                digest.update(piece)
        size_bytes = sink.tell()
    return Compressed(size_bytes=size_bytes, sha256=digest.hexdigest(), content_sha256=content_sha256)


def decompress(source: Path, target: Path) -> None:
    """`target` holds what was compressed into `source`."""
    with source.open("rb") as packed, target.open("wb") as sink:
        zstandard.ZstdDecompressor().copy_stream(packed, sink)
