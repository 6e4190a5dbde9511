"""`./hw test`: every check of this repository, cheap ones first."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from hardway.cli.failure import Failure, Refused
from hardway.cli.paths import REPOSITORY

Depth = Literal["fast", "engine", "cluster"]
_DEPTHS: tuple[Depth, ...] = ("fast", "engine", "cluster")
_PROGRAM = ("hardway", "components", "stacks", "sandbox", "policy", "tests", "bench", "__main__.py")

# A file's tests stay together: their fixtures are made once.
_PARALLEL = ("--numprocesses=auto", "--dist=loadfile")


@dataclass(frozen=True)
class Suite:
    """One command whose exit code counts."""

    name: str
    depth: Depth
    command: tuple[str, ...]


def suites() -> list[Suite]:
    """All suites whose subject exists, in the order in which they run."""
    python = (sys.executable, "-m")
    present = tuple(name for name in _PROGRAM if (REPOSITORY / name).exists())
    unit = tuple(f"tests/{name}" for name in ("unit", "policy", "golden") if (REPOSITORY / "tests" / name).is_dir())
    found = [
        Suite("lint", "fast", (*python, "ruff", "check", ".")),
        Suite("types", "fast", (*python, "mypy", *present)),
        Suite("layers", "fast", (str(REPOSITORY / ".venv/bin/lint-imports"),)),
        Suite("unit", "fast", (*python, "pytest", *_PARALLEL, *unit)),
    ]
    for name in ("engine", "cluster"):
        if (REPOSITORY / "tests" / name).is_dir():
            found.append(Suite(name, name, (*python, "pytest", f"tests/{name}")))
    return found


def run(
    depth: Annotated[
        str | None,
        typer.Argument(
            metavar="[fast|engine|cluster]", help="Only these: `fast` is lint, types, layers and unit tests."
        ),
    ] = None,
) -> None:
    """Run lint, types, import layers, unit and golden tests, then the engine's and the cluster's, cheap first."""
    if depth is not None and depth not in _DEPTHS:
        raise Refused(f"{depth!r} is no suite; say {', '.join(_DEPTHS)} or nothing for all.")
    results: list[tuple[str, float, int]] = []
    for suite in suites():
        if depth is not None and suite.depth != depth:
            continue
        print(f"== {suite.name}: {' '.join(suite.command)}", flush=True)
        began = time.monotonic()
        done = subprocess.run(suite.command, cwd=REPOSITORY, env=_environment(), stdin=subprocess.DEVNULL, check=False)
        results.append((suite.name, time.monotonic() - began, done.returncode))
    print("== summary")
    for name, seconds, code in results:
        print(f"{name:<8} {seconds:7.1f} s  {'passed' if code == 0 else f'FAILED (exit {code})'}")
    failed = [name for name, _, code in results if code != 0]
    if failed:
        raise Failure(f"failed: {', '.join(failed)}. What failed is above, under its own heading.")


def _environment() -> dict[str, str]:
    # An Output in an f-string then raises instead of embedding an error text.
    return {**os.environ, "PULUMI_ERROR_OUTPUT_STRING": "true", "PYTHONPATH": str(REPOSITORY)}
