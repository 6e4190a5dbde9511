"""Rehearsals: updates of a stack that nobody will use, made so that another preview has something to differ from.

Nothing outside of the region is touched then: local commands are not run, and Kubernetes objects are taken as applied.
What the region itself holds is made as ever, for providers refuse there what AWS would refuse.
"""

import os

VARIABLE = "SANDBOX_REHEARSAL"


def rehearsing() -> bool:
    """Whether whoever started the engine said that this is one."""
    return os.environ.get(VARIABLE) == "true"
