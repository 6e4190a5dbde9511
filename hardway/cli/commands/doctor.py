"""`./hw doctor`: what this computer lacks and, with --fix, its installation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Annotated

import typer

from hardway.cli.failure import Failure
from hardway.cli.requirements import Requirement, requirements


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Install missing Debian packages (as root).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what this computer lacks for building, previews, sandboxes and tests. Exit 1 if more is missing than what
    only the tests need."""
    if fix:
        _install(sorted({package for each in requirements() if not each.look().met for package in each.packages}))
    found = [(each, each.look()) for each in requirements()]
    missing = [each for each, finding in found if not finding.met]
    if as_json:
        facts = [
            {"name": each.name, "for": each.use, "met": finding.met, "found": finding.found, "fix": each.fix}
            for each, finding in found
        ]
        print(json.dumps(facts, indent=2))
    else:
        for each, finding in found:
            print(f"{'ok     ' if finding.met else 'MISSING'}  {each.name:<20} {each.use:<11} {finding.found}")
        print()
        print(_verdict(missing))
    raise typer.Exit(1 if any(each.use != "tests" for each in missing) else 0)


def _verdict(missing: list[Requirement]) -> str:
    if not missing:
        return "Nothing is missing: ./hw up sandbox will work here."
    lines = [f"{each.name}: {each.fix}" for each in missing]
    if any(each.packages for each in missing):
        lines.append("Packages are installed by: ./hw doctor --fix")
    return "\n".join(lines)


def _install(packages: list[str]) -> None:
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise Failure(f"this is no Debian or Ubuntu; install by hand what these packages hold: {' '.join(packages)}.")
    if os.geteuid() != 0:
        raise Failure(f"packages are installed by root only: sudo apt-get install {' '.join(packages)}.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
    ):
        # apt speaks on stderr here: stdout is this command's own report.
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), check=False
        )
        if done.returncode != 0:
            raise Failure(f"`{' '.join(command)}` failed with exit code {done.returncode}; its reason is above.")
