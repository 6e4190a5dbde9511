"""How long `./hw up sandbox` takes from nothing with everything cached, where the time goes, and what it costs.

`.venv/bin/python -m bench.up [--save]` on an otherwise idle computer: CPU seconds and memory are the whole
computer's, so that nothing is forgotten, less what it used before. It leaves no sandbox behind.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
STEP = re.compile(r"^(?P<at>\d+\.\d+) .*hardway-boot: step=(?P<step>\S+) state=(?P<state>running|done) reason=$")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Memory(threading.Thread):
    """Samples the memory in use that is no page cache; `peak_mib` is the most above the start."""

    def __init__(self) -> None:
        """Take the start's figure."""
        super().__init__(daemon=True)
        self.before, self.peak_mib, self.ended = used_mib(), 0, threading.Event()

    def run(self) -> None:
        """Sample twice a second until ended."""
        while not self.ended.wait(0.5):
            self.peak_mib = max(self.peak_mib, used_mib() - self.before)


def used_mib() -> int:
    """Memory that programs hold: all but free, buffers, page cache and reclaimable kernel memory.

    Files in memory count as used: the sandbox's volumes are such files.
    """
    fields = dict(re.findall(r"^(\w+):\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE))
    given = sum(int(fields[key]) for key in ("MemFree", "Buffers", "Cached", "SReclaimable"))
    return (int(fields["MemTotal"]) - given + int(fields["Shmem"])) // 1024


def cpu_seconds() -> float:
    """CPU time that the computer has spent on anything but idling, since its start."""
    user, nice, system, _idle, _wait, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


def hw(environment: dict[str, str], *arguments: str) -> str:
    """What `./hw` prints; its progress goes to the terminal."""
    command = [str(ROOT / "hw"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def boot_steps(environment: dict[str, str], machine: str, started: float) -> list[tuple[str, float]]:
    """When a machine began each step of its boot, in seconds after the command's start."""
    journal = hw(
        environment, "shell", machine, "--", "journalctl", "--no-pager", "-u", "hardway-boot", "-o", "short-unix"
    )
    steps: dict[str, float] = {}
    for line in journal.splitlines():
        if found := STEP.match(line):
            name = "up" if found["state"] == "done" else found["step"]
            steps.setdefault(name, round(float(found["at"]) - started, 1))
    return list(steps.items())


def measure(environment: dict[str, str]) -> dict[str, Any]:
    """One `up` from nothing."""
    memory, cpu, started = Memory(), cpu_seconds(), datetime.now(UTC)
    memory.start()
    summary = json.loads(hw(environment, "up", "sandbox", "--yes", "--json"))
    spent = cpu_seconds() - cpu
    memory.ended.set()
    nodes = [node["name"] for node in summary["nodes"]]
    return {
        "date": started.strftime("%Y-%m-%d"),
        "command": "./hw up sandbox --yes --json",
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "kubernetes": summary["nodes"][0]["version"],
        "total_seconds": summary["total_seconds"],
        "seconds": summary["seconds"],
        "cpu_seconds": round(spent, 1),
        "peak_memory_mib": memory.peak_mib,
        "boot_seconds": {node: dict(boot_steps(environment, node, started.timestamp())) for node in nodes},
    }


def main() -> None:
    """Measure once, print, and keep the result with --save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", action="store_true", help="keep the figures in bench/results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HARDWAY_SANDBOX": str(Path(folder) / "region")}
        try:
            result = measure(environment)
        finally:
            hw(environment, "sandbox", "reset", "--yes")
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    if options.save:
        (RESULTS / f"{result['date']}-up.json").write_text(text)


if __name__ == "__main__":
    main()
