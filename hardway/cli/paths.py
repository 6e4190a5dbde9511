"""Where the command line finds the repository and keeps what it writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
STACKS: Final = REPOSITORY / "stacks"


def cache_directory() -> Path:
    """What can be downloaded or built again."""
    return Path(os.environ.get("HARDWAY_CACHE") or Path.home() / ".cache" / "hardway")


def state_directory(environment: str) -> Path:
    """What belongs to one environment on this computer: kubeconfig, logs; for a sandbox its whole region."""
    return Path.home() / ".local" / "state" / "hardway" / environment


def private_directory(path: Path) -> Path:
    """Make `path`, readable by its owner only."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_private(path: Path, content: str) -> Path:
    """Put `content` in `path`, mode 0600 from its first byte on."""
    private_directory(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(content)
    temporary.replace(path)
    return path
