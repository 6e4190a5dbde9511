"""The policy pack as the engine's flags."""

from __future__ import annotations

from pathlib import Path

from hardway.cli.paths import REPOSITORY
from hardway.cli.target import Target

PACK = REPOSITORY / "policy"


def policy_config(target: Target) -> Path:
    """Where the environment's exceptions and settings are, if it has any; policy/schema.json describes the file."""
    return PACK / "config" / f"{target.name}.json"


def policy_flags(target: Target) -> list[str]:
    """What makes `pulumi preview` and `pulumi up` judge every stack of the environment by the pack.

    The levels of the rules need no flag: the pack knows the stack and looks them up in policy/enforcement.py.
    """
    config = policy_config(target)
    return ["--policy-pack", str(PACK), *(["--policy-pack-config", str(config)] if config.is_file() else [])]
