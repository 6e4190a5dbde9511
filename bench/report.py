"""What a report of a thousand resources takes: time and size of each form, beside merely reading the same event log.

`.venv/bin/python -m bench.report [COUNT] [--save]`. CPU seconds, the least of some rounds: what else runs only adds.
It fails if a resource costs half as much again in a long report as in one a quarter as long, or if a form is too large.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardway.report import as_json, html, markdown, terminal
from hardway.report.bundles import StoredBundles
from hardway.report.contents import with_contents
from hardway.report.cost import cost_change
from hardway.report.events import read_events
from hardway.report.model import Report
from tests.fixtures.events.thousand import events

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5
MOST_GROWTH = 1.5
MOST_HTML_BYTES = 2_500
"""For each resource; most of it is the differences."""
FORMS: dict[str, Callable[[Report], str]] = {
    "terminal": terminal.render,
    "markdown": markdown.render,
    "html": html.render,
    "json": as_json.render,
}


def least(action: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        action()
        taken.append(time.process_time() - began)
    return min(taken)


def made(lines: list[str]) -> Report:
    """The model of a log, with what differs inside of values and the cost."""
    stack = with_contents(read_events("large", lines), StoredBundles())
    return Report(environment="large", stacks=(stack,), cost=cost_change([stack]))


def measure(count: int) -> dict[str, Any]:
    """Time and size of one log."""
    lines = list(events(count))
    report = made(lines)
    model = least(lambda: made(lines))
    forms = {
        name: {"seconds": round(least(lambda: render(report)), 3), "bytes": len(render(report).encode())}  # noqa: B023
        for name, render in FORMS.items()
    }
    return {
        "resources": count,
        "log_bytes": sum(len(line) for line in lines),
        "reading_seconds": round(least(lambda: [json.loads(line) for line in lines]), 3),
        "model_seconds": round(model, 3),
        "forms": forms,
        "seconds": round(model + max(form["seconds"] for form in forms.values()), 3),
    }


def main() -> None:
    """Measure, print, and keep the result with --save; exit 1 if it is too slow or too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results/")
    options = parser.parse_args()
    short, long = measure(options.count // 4), measure(options.count)
    result = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "short": short,
        "long": long,
        "growth": round(long["seconds"] / short["seconds"] * short["resources"] / long["resources"], 2),
        "times_reading": round(long["seconds"] / long["reading_seconds"], 1),
    }
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    if options.save:
        (RESULTS / f"{result['date']}-report.json").write_text(text)
    if result["growth"] > MOST_GROWTH:
        sys.exit(f"a resource takes {result['growth']} times as long in a long report; at most {MOST_GROWTH}")
    if long["forms"]["markdown"]["bytes"] > markdown.LIMIT_BYTES:
        sys.exit("the Markdown report is too long for a comment")
    if long["forms"]["html"]["bytes"] > MOST_HTML_BYTES * options.count:
        sys.exit(f"the HTML report has more than {MOST_HTML_BYTES} bytes for each resource")


if __name__ == "__main__":
    main()
