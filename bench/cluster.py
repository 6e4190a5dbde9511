"""Keeps what cluster tests measured: how long a loss, a roll or a renewal took, and how many requests failed.

`.venv/bin/python -m pytest tests/cluster --junitxml=cluster.xml`, with HARDWAY_TEST_ALL=1 for those by command, then
`.venv/bin/python -m bench.cluster cluster.xml …`. Facts of the same test on the same day are replaced.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hardway.cli.target import target

RESULTS = Path(__file__).parent / "results"


def facts(junit: Path) -> dict[str, dict[str, Any]]:
    """By test that passed: what it recorded, as `record_property` wrote it, and the seconds that it took."""
    found: dict[str, dict[str, Any]] = {}
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        ended = {each.tag for each in case} & {"failure", "error", "skipped"}
        recorded = {one.attrib["name"]: value_of(one.attrib["value"]) for one in case.iter("property")}
        if recorded and not ended:
            found[case.attrib["name"]] = {**recorded, "test seconds": round(float(case.attrib["time"]))}
    return found


def value_of(text: str) -> Any:
    """A property's value: JUnit knows text only, and pytest writes what Python shows."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def main() -> None:
    """Add the facts to those of the same day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("junit", nargs="+", type=Path)
    options = parser.parse_args()
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    path = RESULTS / f"{date}-cluster.json"
    before = json.loads(path.read_text())["tests"] if path.exists() else {}
    for junit in options.junit:
        before |= facts(junit)
    result = {
        "date": date,
        "command": "HARDWAY_TEST_ALL=1 .venv/bin/python -m pytest tests/cluster --junitxml=cluster.xml",
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "versions": target("sandbox").configuration().versions.model_dump(),
        "tests": dict(sorted(before.items())),
    }
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{path}: {len(before)} tests")


if __name__ == "__main__":
    main()
