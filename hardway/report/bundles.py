"""The files of machines' bundles by hash: from this computer's cache, else from the bucket that machines boot from.

Rendering a stack puts its bundles into the cache, so the new side of a preview is always there. The old side is there
if this computer made it, which `./hw preview --base` sees to; otherwise the bucket has it, for whoever may read that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hardway.artifacts.cache import cache_root
from hardway.machine.bundle import sha256, unpack
from hardway.machine.file import File

Fetch = Callable[[str], bytes]
"""Gets the object of that key out of the bucket. Raises LookupError with the reason if it cannot."""


class StoredBundles:
    """Bundles that this computer has, or can get."""

    def __init__(self, fetch: Fetch | None = None, folder: Path | None = None) -> None:
        self._fetch = fetch
        self._folder = folder or cache_root() / "bundles"
        self._files: dict[str, Mapping[str, File] | None] = {}
        self._why: dict[str, str] = {}

    def files(self, sha256: str) -> Mapping[str, File] | None:
        """The files by path, None if the bundle cannot be had here or is not what its name says."""
        if sha256 not in self._files:
            self._files[sha256] = self._read(sha256)
        return self._files[sha256]

    def why(self, sha256: str) -> str:
        """Why `files` has nothing to say."""
        return self._why.get(sha256, "it was not asked for")

    def _read(self, wanted: str) -> Mapping[str, File] | None:
        path = self._folder / f"{wanted}.tar"
        try:
            content = path.read_bytes() if path.is_file() else self._fetched(wanted)
            if sha256(content) != wanted:
                raise LookupError("what is stored under its name is something else")
            return unpack(content)
        except LookupError as error:
            self._why[wanted] = str(error)
            return None

    def _fetched(self, wanted: str) -> bytes:
        if self._fetch is None:
            raise LookupError("it is not on this computer, and there are no credentials to read the bucket")
        return self._fetch(f"bundles/{wanted}.tar")
