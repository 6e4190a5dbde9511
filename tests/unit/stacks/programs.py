"""The root program under the harness, for whoever needs what a stack file declares."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from tests.unit.components.harness import Recording, run

ROOT = Path(__file__).parents[3]


def config(stack: str) -> dict[str, str]:
    """The values of a stack file as the engine hands them over."""
    values = yaml.safe_load((ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def declare(stack: str, *, preview: bool = False, without: str = "") -> Recording:
    """What the root program declares and exports for a stack file, less one of its keys where that is wanted."""
    exports: dict[str, Any] = {}

    def program() -> dict[str, pulumi.Output[Any]]:
        runpy.run_path(str(ROOT / "__main__.py"))
        return {name: pulumi.Output.from_input(value) for name, value in exports.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi, "export", exports.__setitem__)
        return run(
            program,
            stack=stack,
            preview=preview,
            config={key: value for key, value in config(stack).items() if key != without},
        )
