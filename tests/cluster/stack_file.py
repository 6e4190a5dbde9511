"""The sandbox's stack file with a change, applied by a plain `pulumi up`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.conftest import ROOT, Sandbox

STACK_FILE = ROOT / "stacks/Pulumi.sandbox.yaml"


def edited(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of the stack file with a change."""
    document = yaml.safe_load(STACK_FILE.read_text())
    change(document["config"])
    path = folder / STACK_FILE.name
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def up(sandbox: Sandbox, config: Path = STACK_FILE, *, check: bool = True) -> Any:
    """A plain `pulumi up` of the environment."""
    flags = ("--yes", "--skip-preview", "--suppress-outputs", "--color=never", "--config-file", str(config))
    return sandbox.pulumi("up", "--stack", "sandbox", *flags, check=check)
