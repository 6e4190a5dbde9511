"""What the rules about certificates can be told: how long each kind may live."""

from __future__ import annotations

from pydantic import BaseModel, Field


class TrustSettings(BaseModel):
    """The part of Settings that rules about certificates read."""

    authority_max_hours: int = Field(default=87_600, ge=1, description="Longest life of an authority, in hours.")
    leaf_max_hours: int = Field(default=8_784, ge=1, description="Longest life of any other certificate, in hours.")
    masters_max_hours: int = Field(
        default=72, ge=1, description="Longest life of a certificate in the group system:masters, in hours."
    )
    renewal_notice_days: int = Field(
        default=30, ge=1, description="How many days before its end a certificate is told to be renewed."
    )
