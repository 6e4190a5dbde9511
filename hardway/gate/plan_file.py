"""The file between a review and an update: the engine's own plan of each stack of an environment.

What is secret in it is sealed by the stack's secrets provider, as in the state; the rest is as readable as a report.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class PlanError(Exception):
    """A plan file cannot be read; the text says why."""


class PlanFile(BaseModel):
    """What was reviewed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    environment: str
    revision: str = Field(description="Commit of the working tree, with `-dirty` if it had changes.")
    stacks: Mapping[str, Mapping[str, Any]] = Field(description="The engine's plan by stack.")


def write_plan(path: Path, plan: PlanFile) -> None:
    """The plan is in that file, which only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        os.fchmod(stream.fileno(), 0o600)
        json.dump(plan.model_dump(mode="json"), stream, indent=1)


def read_plan(path: Path) -> PlanFile:
    """The plan in that file; PlanError if it is none."""
    try:
        return PlanFile.model_validate_json(path.read_text())
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}") from error
    except (ValidationError, ValueError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise PlanError(f"{path} is no plan of ./hw preview --save-plan: {first}") from error
