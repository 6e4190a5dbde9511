from __future__ import annotations

from pathlib import Path

from hardway.machine.bundle import pack, sha256
from hardway.machine.file import File
from hardway.report.bundles import StoredBundles

FILES = {"/etc/a": File("text\n", 0o600)}
CONTENT = pack(FILES)
HASH = sha256(CONTENT)


def test_a_bundle_in_the_cache_is_read_without_asking_anybody(tmp_path: Path) -> None:
    (tmp_path / f"{HASH}.tar").write_bytes(CONTENT)

    def fetch(key: str) -> bytes:
        raise AssertionError(key)

    assert StoredBundles(fetch, tmp_path).files(HASH) == FILES


def test_a_bundle_that_is_not_here_is_fetched_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(key: str) -> bytes:
        asked.append(key)
        return CONTENT

    bundles = StoredBundles(fetch, tmp_path)
    assert bundles.files(HASH) == FILES
    assert bundles.files(HASH) == FILES
    assert asked == [f"bundles/{HASH}.tar"]


def test_without_credentials_the_reason_is_told(tmp_path: Path) -> None:
    bundles = StoredBundles(None, tmp_path)
    assert bundles.files(HASH) is None
    assert bundles.why(HASH) == "it is not on this computer, and there are no credentials to read the bucket"


def test_the_buckets_refusal_is_told(tmp_path: Path) -> None:
    def fetch(key: str) -> bytes:
        raise LookupError("the bucket says: AccessDenied")

    bundles = StoredBundles(fetch, tmp_path)
    assert bundles.files(HASH) is None
    assert "AccessDenied" in bundles.why(HASH)


def test_what_is_something_else_than_its_name_says_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / f"{HASH}.tar").write_bytes(pack({"/etc/a": File("forged\n")}))
    bundles = StoredBundles(None, tmp_path)
    assert bundles.files(HASH) is None
    assert "something else" in bundles.why(HASH)


def test_what_is_no_archive_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / f"{sha256(b'no tar')}.tar").write_bytes(b"no tar")
    bundles = StoredBundles(None, tmp_path)
    assert bundles.files(sha256(b"no tar")) is None
    assert "no archive" in bundles.why(sha256(b"no tar"))
