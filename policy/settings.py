"""Everything about the rules that can be configured, with defaults that fit this repository's stacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from policy.cloud_settings import CloudSettings
from policy.kubernetes_settings import KubernetesSettings
from policy.trust_settings import TrustSettings


class EnvironmentKind(StrEnum):
    """How much an environment is worth; what is not known to be less is production."""

    SANDBOX = "sandbox"
    DEV = "dev"
    PROD = "prod"


def kind_of_environment(environment: str) -> EnvironmentKind:
    """The kind by the environment's name: `sandbox`, `sandbox-…`, `dev`, `dev-…`; every other one is production."""
    for kind in (EnvironmentKind.SANDBOX, EnvironmentKind.DEV):
        if environment == kind or environment.startswith(f"{kind}-"):
            return kind
    return EnvironmentKind.PROD


def _today() -> date:
    return datetime.now(UTC).date()


class Settings(CloudSettings, KubernetesSettings, TrustSettings):
    """What rules may read beside resources. The first block is the stack's own, the rest can be configured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stack: str = Field(default="prod", description="Name of the stack.")
    environment: str = Field(default="prod", description="Name of the environment that the stack belongs to.")
    kind: EnvironmentKind = Field(default=EnvironmentKind.PROD, description="What the environment is worth.")
    configuration: Mapping[str, Any] = Field(
        default_factory=dict, description="The stack file's values by full key, as hardway:network; no secrets."
    )
    today: date = Field(default_factory=_today, description="The day on which ends of life are judged.")
