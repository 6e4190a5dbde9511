"""Packs files into an archive whose bytes depend on nothing but the files: same input, same hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping

from hardway.machine.file import File


def pack(files: Mapping[str, File]) -> bytes:
    """A tar of `files`, which are keyed by absolute path; to be unpacked at `/`.

    It is not compressed: another build of zlib gives other bytes, and another hash means new machines.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(files):
            archive.addfile(*_member(path, files[path]))
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, File]:
    """The files of an archive that `pack` made, by absolute path. Raises LookupError if it is none."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            members = [(member, archive.extractfile(member)) for member in archive.getmembers()]
            return {f"/{member.name}": File(file.read().decode(), member.mode) for member, file in members if file}
    except (tarfile.TarError, UnicodeDecodeError) as error:
        raise LookupError(f"it is no archive of text files: {error}") from error


def sha256(data: bytes) -> str:
    """The hash in hexadecimal digits, as `sha256sum` prints it."""
    return hashlib.sha256(data).hexdigest()


def pack_secrets(files: Mapping[str, File]) -> str:
    """`files` as the text of a secret: a machine needs `base64` and `tar` to unpack it, and no JSON parser."""
    return base64.b64encode(gzip.compress(pack(files), mtime=0)).decode()


def _member(path: str, file: File) -> tuple[tarfile.TarInfo, io.BytesIO]:
    if not path.startswith("/") or path.endswith("/"):
        raise ValueError(f"{path}: a file on a machine has an absolute path")
    data = file.content.encode()
    # A fresh TarInfo has time 0 and owner 0; names stay empty, so that no host's users matter.
    member = tarfile.TarInfo(path.removeprefix("/"))
    member.size = len(data)
    member.mode = file.mode
    return member, io.BytesIO(data)
