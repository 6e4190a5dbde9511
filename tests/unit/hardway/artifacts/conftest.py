"""A cache of its own for each test, and a compiler that only writes files."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from hardway.artifacts.build import Order
from hardway.artifacts.compression import Compressed
from hardway.artifacts.lock import BuiltWith, LockedArtifact


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder, empty."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("HARDWAY_CACHE", str(folder))
    return folder


@dataclass
class RecordingRunner:
    """Stands in for the compiler: each program's bytes are its package's name."""

    orders: list[Order] = field(default_factory=list)

    def __call__(self, order: Order, built_with: BuiltWith, target: Path) -> None:
        """`target` then holds the order's programs."""
        self.orders.append(order)
        for name, package in order.programs.items():
            (target / name).write_text(package, encoding="utf-8")


@pytest.fixture
def runner() -> RecordingRunner:
    """A compiler that remembers what it was asked for."""
    return RecordingRunner()


@pytest.fixture
def built_with() -> BuiltWith:
    """The compilers of some host."""
    return BuiltWith(go="1.26.8", gcc="gcc 12.2.0", libseccomp="2.5.4", zstd="1.5.7")


def locked(name: str, found: Compressed) -> LockedArtifact:
    """A lock's row for what was stored."""
    return LockedArtifact(
        name=name,
        kind="binary",
        version="1.0.0",
        license="Apache-2.0",
        upstream_url="https://example.org",
        checksum_source="https://example.org",
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        content_sha256=found.content_sha256,
    )


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps quiet."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address that it is served at."""
    folder = tmp_path / "publisher"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
