"""The policy pack as the engine's flags."""

from __future__ import annotations

import json
from pathlib import Path

from hardway.cli.paths import REPOSITORY
from hardway.cli.target import Target

PACK = REPOSITORY / "policy"


def policy_config(target: Target) -> Path:
    """Where the environment's exceptions and settings are, if it has any; policy/schema.json describes the file."""
    return PACK / "config" / f"{target.name}.json"


def deviations(target: Target) -> list[str]:
    """The rules that the environment has its own word on; a file that cannot be read is the engine's to refuse."""
    try:
        config = json.loads(policy_config(target).read_text())
    except (OSError, ValueError):
        return []
    return sorted(config) if isinstance(config, dict) else []


def policy_flags(target: Target) -> list[str]:
    """What makes `pulumi preview` and `pulumi up` judge every stack of the environment by the pack.

    The levels of the rules need no flag: the pack knows the stack and looks them up in policy/enforcement.py.
    """
    config = policy_config(target)
    return ["--policy-pack", str(PACK), *(["--policy-pack-config", str(config)] if config.is_file() else [])]
