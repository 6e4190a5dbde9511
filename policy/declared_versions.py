"""The versions that a stack file declares; its lock, which machines get, is made to hold the same."""

from __future__ import annotations

from pydantic import ValidationError

from hardway.config.versions import Versions
from policy.settings import Settings


def declared_versions(settings: Settings) -> Versions | None:
    """What runs on the machines of an environment; None for stacks without machines."""
    try:
        return Versions.model_validate(settings.configuration.get("hardway:versions"))
    except ValidationError:
        return None  # the program refuses it with a better message
