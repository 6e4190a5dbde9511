"""Keeps packed bundles as files in the cache folder, from where they are sent to the bucket."""

from __future__ import annotations

from pathlib import Path

from hardway.artifacts.cache import cache_root, place, scratch
from hardway.machine.bundle import sha256


def bundle_file(content: bytes) -> Path:
    """A file with this content, named by its hash; written only if it isn't there."""
    path = cache_root() / "bundles" / f"{sha256(content)}.tar"
    if not path.is_file():
        with scratch() as folder:
            fresh = folder / path.name
            fresh.write_bytes(content)
            place(fresh, path)
    return path
