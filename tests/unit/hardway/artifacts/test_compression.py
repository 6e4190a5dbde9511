"""Compression: the same bytes each time, and all of them back."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hardway.artifacts.compression import compress, decompress

CONTENT = b"".join(hashlib.sha256(bytes([number])).digest() * 999 for number in range(99))


def test_twice_the_same_and_back(tmp_path: Path) -> None:
    source = tmp_path / "content"
    source.write_bytes(CONTENT)
    first, second = (compress(source, tmp_path / name) for name in ("first", "second"))
    assert first == second
    packed = (tmp_path / "first").read_bytes()
    assert packed == (tmp_path / "second").read_bytes()
    assert first.size_bytes == len(packed) < len(CONTENT)
    assert first.sha256 == hashlib.sha256(packed).hexdigest()
    assert first.content_sha256 == hashlib.sha256(CONTENT).hexdigest()
    decompress(tmp_path / "first", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == CONTENT
