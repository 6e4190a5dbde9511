"""The object in the artifact bucket that says that an etcd cluster exists."""

from __future__ import annotations

from typing import Final

MARKER_KEY: Final = "cluster/formed"
"""Written once by the first healthy member; a member that finds it never forms another cluster."""
