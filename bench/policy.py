"""What the policy pack costs a preview: the same preview with it and without it, in turns, in one run.

`.venv/bin/python -m bench.policy [ENV] [--rounds N] [--save]` on an otherwise idle computer. The least of each counts:
what else runs only adds. It fails if the pack takes more than a quarter of the preview, or more than three seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardway.cli.engine import Stack
from hardway.cli.policy import policy_flags
from hardway.cli.report import Report
from hardway.cli.target import target
from hardway.cli.throw_away import throw_away_region
from policy.catalogue import rules

RESULTS = Path(__file__).parent / "results"
MOST_RATIO = 1.25
MOST_SECONDS = 3.0


def timed(stack: Stack, *flags: str) -> tuple[float, float, int]:
    """Wall-clock seconds and CPU seconds of one preview, and how many resources it is about."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = stack.run("preview", *flags)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(seconds, 2), round(spent, 2), sum(done.changes.values())


def measure(environment: str, rounds: int) -> dict[str, Any]:
    """Previews of a first creation, as many of each kind; one of each goes before, so that everything is in memory."""
    subject = target(environment)
    flags = policy_flags(subject)
    plain: list[tuple[float, float, int]] = []
    judged: list[tuple[float, float, int]] = []
    with throw_away_region(subject.configuration().region, Report()) as place:
        if subject.management:
            place.stack(subject.management.name).rehearse(lambda progress: None)
        stack = place.stack(environment)
        timed(stack), timed(stack, *flags)
        for _ in range(rounds):
            plain.append(timed(stack))
            judged.append(timed(stack, *flags))
    without_seconds, with_seconds = min(plain)[0], min(judged)[0]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "command": f"pulumi preview --stack {environment}, with and without --policy-pack policy",
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "resources": plain[0][2],
        "rules": len(rules()),
        "without": {"seconds": [one[0] for one in plain], "cpu_seconds": [one[1] for one in plain]},
        "with": {"seconds": [one[0] for one in judged], "cpu_seconds": [one[1] for one in judged]},
        "ratio": round(with_seconds / without_seconds, 2),
        "added_seconds": round(with_seconds - without_seconds, 2),
        # Says the same on a computer that is not idle, where wall-clock time says little.
        "cpu_ratio": round(min(one[1] for one in judged) / min(one[1] for one in plain), 2),
    }


def main() -> None:
    """Measure, print, and keep the result with --save; exit 1 if the pack costs too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", nargs="?", default="prod")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results/")
    options = parser.parse_args()
    result = measure(options.environment, options.rounds)
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    if options.save:
        (RESULTS / f"{result['date']}-policy.json").write_text(text)
    if result["ratio"] > MOST_RATIO or result["added_seconds"] > MOST_SECONDS:
        sys.exit(f"the policy pack costs too much: at most {MOST_RATIO} times and {MOST_SECONDS} s more")


if __name__ == "__main__":
    main()
