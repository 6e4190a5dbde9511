"""Texts that hide in others: what gzip and base64 make unreadable is read again."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 4 * 1024 * 1024
"""As much as is unpacked from one archive: far more than any user data holds."""

_MAX_DEPTH: Final = 4
"""base64 of gzip of base64 of gzip; nobody packs deeper by accident."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{24,}(?:\s+[A-Za-z0-9+/]{24,})*(?:\s+[A-Za-z0-9+/]+)?={0,2}")
"""base64 on one line, or wrapped over several as cloud-config and PEM have it."""


class Layer(NamedTuple):
    """One text, as it is, and as what is left of it without the texts that are packed into it."""

    text: str
    rest: str


def layers(data: bytes, depth: int = 0) -> Iterator[Layer]:
    """The data as text, and every text packed into it."""
    if data.startswith(_GZIP) and depth < _MAX_DEPTH:
        yield from layers(_gunzipped(data), depth + 1)
        return
    inner: list[bytes] = []

    def take(found: re.Match[str]) -> str:
        packed = _decoded(found.group()) if depth < _MAX_DEPTH else None
        if packed is None:
            return found.group()
        inner.append(packed)
        return " "

    text = data.decode(errors="replace")
    yield Layer(text, _BASE64.sub(take, text))
    for one in inner:
        yield from layers(one, depth + 1)


def _gunzipped(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MAX_BYTES)
    except zlib.error:
        return b""


def _decoded(text: str) -> bytes | None:
    """What a run of base64 stands for, if that is an archive or text; None if it is anything else."""
    packed = "".join(text.split())
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error:
        return None
    return data if data.startswith(_GZIP) or _is_text(data) else None


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)
