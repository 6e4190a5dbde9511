from __future__ import annotations

import base64
import gzip
import io
import tarfile

import pytest

from hardway.machine.bundle import pack, pack_secrets, sha256, unpack
from hardway.machine.file import File

FILES = {"/usr/lib/hardway/boot": File("#!/bin/bash\n", 0o755), "/etc/hardway/key": File("secret\n", 0o600)}


def test_the_order_of_the_files_does_not_matter() -> None:
    assert pack(FILES) == pack(dict(reversed(FILES.items())))


def test_the_bytes_hold_no_clock_and_no_user() -> None:
    with tarfile.open(fileobj=io.BytesIO(pack(FILES))) as archive:
        members = archive.getmembers()
    assert [(m.name, m.mode, m.mtime, m.uid, m.gid, m.uname, m.gname) for m in members] == [
        ("etc/hardway/key", 0o600, 0, 0, 0, "", ""),
        ("usr/lib/hardway/boot", 0o755, 0, 0, 0, "", ""),
    ]


def test_one_changed_byte_changes_the_hash() -> None:
    assert sha256(pack(FILES)) != sha256(pack({**FILES, "/etc/hardway/key": File("Secret\n", 0o600)}))


def test_a_secret_is_the_packed_files_compressed_and_in_base64() -> None:
    assert gzip.decompress(base64.b64decode(pack_secrets(FILES))) == pack(FILES)


def test_what_is_packed_is_unpacked_with_its_modes() -> None:
    assert unpack(pack(FILES)) == FILES


@pytest.mark.parametrize("data", [b"", b"no tar", pack(FILES)[:700], gzip.compress(pack(FILES))])
def test_what_is_no_archive_is_an_error_and_no_files(data: bytes) -> None:
    with pytest.raises(LookupError, match="no archive"):
        unpack(data)


@pytest.mark.parametrize("path", ["etc/hardway/key", "/etc/hardway/"])
def test_a_path_that_is_not_absolute_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="absolute path"):
        pack({path: File("")})
