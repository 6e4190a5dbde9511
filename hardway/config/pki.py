"""The PKI section: lifetimes, and the epochs by which leaf certificates are renewed."""

from __future__ import annotations

from pydantic import Field

from hardway.config.base import Section


class PkiEpochs(Section):
    """Raising a number replaces that group's leaves (never a CA): the provider renews nothing by itself."""

    etcd: int = Field(default=1, ge=1)
    control_plane: int = Field(default=1, ge=1)
    node: int = Field(default=1, ge=1)
    operator: int = Field(default=1, ge=1)
    break_glass: int = Field(default=1, ge=1)


class Pki(Section):
    """Lifetimes in hours; a leaf lives at most a year."""

    ca_hours: int = Field(default=87_600, ge=8_760, le=87_600)
    leaf_hours: int = Field(default=8_760, ge=1, le=8_784)
    break_glass_hours: int = Field(default=8, ge=1, le=72)
    epochs: PkiEpochs = PkiEpochs()
