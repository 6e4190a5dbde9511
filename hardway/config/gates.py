"""The gates section: how much may go in one update before somebody has to release it by name."""

from __future__ import annotations

from pydantic import Field

from hardway.config.base import Section


class Gates(Section):
    """What `./hw up` and `./hw preview --gate` hold back; the rest of it is not a matter of number."""

    deletes: int = Field(
        default=10, ge=0, description="Resources that one update may delete without --release delete:many."
    )
