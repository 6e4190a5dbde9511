"""The cache folder: `$HARDWAY_CACHE`, by default `~/.cache/hardway`. Everything in it is found by content or key.

objects/<sha256>/<name>.zst    as the bucket holds them
content/<sha256>/<name>        unpacked, for tools that this host runs
builds/<key>/                  what one source yielded for one key (see hardway.artifacts.build)
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardway.artifacts.compression import SUFFIX, Compressed, compress, decompress
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import LockedArtifact


def cache_root() -> Path:
    """The folder that everything is kept in; made if need be."""
    root = Path(os.environ.get("HARDWAY_CACHE") or Path.home() / ".cache" / "hardway")
    root.mkdir(parents=True, exist_ok=True)
    return root


def object_path(artifact: LockedArtifact) -> Path:
    """Where the artifact's compressed object lies, or would lie."""
    return _object(artifact.sha256, artifact.name)


def is_present(artifact: LockedArtifact) -> bool:
    """Whether the object is there. It was hashed when it came in, so its size is looked at and no more."""
    path = object_path(artifact)
    return path.is_file() and path.stat().st_size == artifact.size_bytes


def store(name: str, content: Path) -> Compressed:
    """The cache holds `content` compressed under its hash."""
    with scratch() as folder:
        packed = folder / name
        compressed = compress(content, packed)
        place(packed, _object(compressed.sha256, name))
    return compressed


def unpacked_path(artifact: LockedArtifact) -> Path:
    """The artifact unpacked and executable; it must be present."""
    path = cache_root() / "content" / artifact.content_sha256 / artifact.name
    if not path.is_file():
        if not is_present(artifact):
            raise ArtifactError(f"{object_path(artifact)}: is not in the cache. Fetch it with: ./hw artifacts fetch")
        with scratch() as folder:
            fresh = folder / artifact.name
            decompress(object_path(artifact), fresh)
            fresh.chmod(0o755)
            place(fresh, path)
    return path


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the cache's own file system that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".work-", dir=cache_root()) as folder:
        yield Path(folder)


@contextmanager
def exclusive() -> Iterator[None]:
    """Held by one process at a time, so that two commands started together don't build the same thing twice."""
    with (cache_root() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def place(fresh: Path, target: Path) -> None:
    """`fresh` becomes `target` at once: a reader sees all of it or nothing, also when two processes race."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(fresh, target)


def _object(sha256: str, name: str) -> Path:
    return cache_root() / "objects" / sha256 / f"{name}.{SUFFIX}"
