"""Physical names and tags: the one place that decides what things are called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What every name and tag of one stack has in common."""

    environment: str
    """Name of the environment, as sandbox."""

    stack: str
    """Name of the Pulumi stack that owns the resource."""

    def name(self, thing: str) -> str:
        """The physical name of a thing of this environment."""
        return f"hardway-{self.environment}-{thing}"

    def secret(self, path: str) -> str:
        """The name of a secret of this environment in the secret store."""
        return f"hardway/{self.environment}/{path}"

    def tags(self, role: str, thing: str, extra: dict[str, str] | None = None) -> dict[str, str]:
        """The tags of one resource: whose it is, what it is for, and its name."""
        return {
            "Name": self.name(thing),
            "hardway:environment": self.environment,
            "hardway:stack": self.stack,
            "hardway:role": role,
            **(extra or {}),
        }
