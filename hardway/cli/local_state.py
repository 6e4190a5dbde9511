"""Reads the state of a stack whose backend is a folder: the engine takes a second for what is a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hardway.cli.failure import Failure

NEWEST = 4
"""Format of checkpoints that the engine reads: sdk/go/common/apitype in its source."""


def local_deployment(file: Path) -> dict[str, Any]:
    """The latest deployment in that file; empty when there is none. Failure for a file that cannot be trusted."""
    try:
        checkpoint = json.loads(file.read_text())
        version, latest = checkpoint.get("version", NEWEST), (checkpoint.get("checkpoint") or {}).get("latest") or {}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        raise Failure(
            f"the state in {file} is damaged ({error}). Nothing was touched. Put a good copy in its place; of a sandbox"
            " there is none: begin anew with ./hw sandbox reset. Elsewhere see docs/how-to/state.md."
        ) from error
    if version > NEWEST:
        raise Failure(
            f"the state in {file} has format {version} and was written by a newer Pulumi; this one reads up to"
            f" {NEWEST}. Nothing was touched. Use the version of Hardway that wrote it, or a newer one."
        )
    return dict(latest)
