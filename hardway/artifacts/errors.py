"""The one error that callers catch."""

from __future__ import annotations


class ArtifactError(Exception):
    """Something is wrong with an artifact; the text names the file, the fact and the fix in one paragraph."""
