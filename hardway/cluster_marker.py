"""Objects in the artifact bucket that say that an etcd cluster exists, or that one is to be restored."""

from __future__ import annotations

from typing import Final

MARKER_KEY: Final = "cluster/formed"
"""Written once by the first healthy member; a member that finds it never forms another cluster."""

RESTORE_PREFIX: Final = "cluster/restore/"
"""What `./hw restore` puts for members to take: a snapshot, and the order to restore it. Else nothing is there."""

RESTORE_RESULT_KEY: Final = f"{RESTORE_PREFIX}result.json"
"""What a restored member found in its etcd; the one object there that machines write."""
