"""What the verbs of `python -m sandbox` do; the region itself is another process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from sandbox.api_log import operator_writes
from sandbox.capabilities import why_not_full
from sandbox.environment import PASSPHRASE, region_environment
from sandbox.paths import REPOSITORY, RegionDirectory
from sandbox.record import RegionRecord, process_start, read_record

START_SECONDS = 60.0
STOP_SECONDS = 120.0
# Objects of many megabytes pass through the daemon: their memory goes back to the host at once.
# Its modules take seconds to compile, so what this environment says about compiled files does not bind it.
_DAEMON = {
    "PYTHONDONTWRITEBYTECODE": "",
    "MALLOC_MMAP_THRESHOLD_": "262144",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
    "MALLOC_ARENA_MAX": "2",
}


class SandboxError(Exception):
    """A fault with its fix, in one paragraph."""


def start(directory: RegionDirectory, region: str, port: int, api_only: bool) -> RegionRecord:
    """A running region, started unless it runs already."""
    record = read_record(directory.record)
    if record and record.alive:
        return _ready(directory, record.pid)
    if holds_pulumi_state(directory):
        raise SandboxError(
            f"The region that held the state in {directory.root} has ended, and its resources with it. "
            "Run `./hw sandbox reset` (or `python -m sandbox reset`) and begin anew."
        )
    if directory.root.exists():
        reset(directory)
    if not api_only and not why_not_full():
        from sandbox import base_image
        from sandbox.network import other_region

        if other := other_region(directory):
            raise SandboxError(
                f"A region with machines runs on this computer already, in {other}, and has its routes: two would take "
                f"each other's traffic. End that one first: HARDWAY_SANDBOX={other} ./hw sandbox reset"
            )
        base_image.ensure(lambda text: print(text, file=sys.stderr, flush=True))
    directory.create()
    directory.passphrase.touch(mode=0o600)
    directory.passphrase.write_text(PASSPHRASE)
    command = [sys.executable, "-m", "sandbox.region", str(directory.root)]
    command += ["--region", region, "--port", str(port), *(["--api-only"] if api_only else [])]
    with (directory.logs / "region.log").open("ab") as log:
        daemon = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=REPOSITORY,
            env=os.environ | _DAEMON,
            start_new_session=True,
        )
    return _ready(directory, daemon.pid, daemon)


def _ready(directory: RegionDirectory, pid: int, daemon: subprocess.Popen[bytes] | None = None) -> RegionRecord:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        record = read_record(directory.record)
        if record and record.pid == pid and record.ready:
            return record
        if (daemon and daemon.poll() is not None) or process_start(pid) is None:
            break
        time.sleep(0.02)
    tail = "\n".join((directory.logs / "region.log").read_text(errors="replace").splitlines()[-15:])
    raise SandboxError(f"The region did not start; the end of {directory.logs}/region.log:\n{tail}")


def holds_pulumi_state(directory: RegionDirectory) -> bool:
    """Whether a stack with resources was left by the region of this directory."""
    for stack in (directory.pulumi_state / ".pulumi/stacks").glob("**/*.json"):
        try:
            deployment = json.loads(stack.read_text()).get("checkpoint", {}).get("latest") or {}
        except ValueError:
            return True  # Damaged: nobody knows what was in it, and it is not ours to throw away.
        if len(deployment.get("resources") or []) > 0:
            return True
    return False


def stop(directory: RegionDirectory) -> None:
    """End the region: machines are powered off first."""
    record = read_record(directory.record)
    if not (record and record.alive):
        return
    os.kill(record.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while record.alive:
        if time.monotonic() > deadline:
            raise SandboxError(f"The region (process {record.pid}) does not end; `python -m sandbox reset` ends it.")
        time.sleep(0.05)


def reset(directory: RegionDirectory) -> None:
    """Afterwards nothing that the region made exists, also if it was killed or the box rebooted."""
    from sandbox.sweep import sweep

    sweep(directory)


def running(directory: RegionDirectory) -> RegionRecord:
    """The record of the region, which must run."""
    record = read_record(directory.record)
    if not (record and record.alive):
        raise SandboxError(f"No region runs in {directory.root}. Start one: python -m sandbox start")
    return record


def environment(directory: RegionDirectory) -> dict[str, str]:
    """Variables with which pulumi and boto3 talk to the running region."""
    return region_environment(directory, running(directory))


def summary(directory: RegionDirectory, record: RegionRecord) -> dict[str, Any]:
    """The region in a few fields."""
    return {
        "running": record.alive,
        "endpoint": record.endpoint,
        "region": record.region,
        "epoch": record.epoch,
        "api_only": record.api_only,
        "why_api_only": record.why_api_only,
        "pid": record.pid,
        "directory": str(directory.root),
        "writes": operator_writes(directory.logs / "api.log"),
    }


def status(directory: RegionDirectory, as_json: bool) -> int:
    """Print whether the region runs; exit code 0 if it does, 3 if not."""
    record = read_record(directory.record)
    if record is None:
        print(json.dumps({"running": False}) if as_json else f"no region in {directory.root}")
        return 3
    found = summary(directory, record)
    found["state_lost"] = not record.alive and holds_pulumi_state(directory)
    if as_json:
        print(json.dumps(found))
    elif record.alive:
        kind = f"API only ({record.why_api_only})" if record.api_only else "full"
        print(f"region {record.region} runs, {kind}, {record.endpoint}, process {record.pid}")
    elif found["state_lost"]:
        print("the region that held this state has ended; run ./hw sandbox reset")
    else:
        print(f"the region in {directory.root} has ended")
    return 0 if record.alive else 3


def machines(directory: RegionDirectory) -> list[dict[str, Any]]:
    """The machines as the region last published them."""
    running(directory)
    published = directory.run / "machines.json"
    found: list[dict[str, Any]] = json.loads(published.read_text()) if published.exists() else []
    return found


def list_machines(directory: RegionDirectory, as_json: bool) -> None:
    """Print the machines."""
    found = machines(directory)
    if as_json:
        print(json.dumps(found))
        return
    for machine in found:
        print("{instance_id}  {state:9}  {address:15}  {name}  {node}".format(**machine))


def find_machine(directory: RegionDirectory, wanted: str) -> dict[str, Any]:
    """The one machine with this instance id, Name tag, member name or node name."""
    fields = ("instance_id", "name", "member", "node")
    found = [machine for machine in machines(directory) if wanted in [machine[field] for field in fields]]
    if len(found) != 1:
        known = ", ".join(sorted(machine["node"] for machine in machines(directory))) or "none"
        raise SandboxError(f"{len(found)} machines are called {wanted}. Machines: {known}")
    return found[0]


def shell(directory: RegionDirectory, wanted: str, command: list[str]) -> int:
    """Run a command, or a login shell, as root in a machine; answers its exit code."""
    from sandbox.machine import Machine, MachineError, MachineSpec

    found = find_machine(directory, wanted)
    spec = MachineSpec(
        instance_id=found["instance_id"],
        name=found["node"],
        namespace=found["namespace"],
        directory=directory.machine(found["instance_id"]),
        layers=(),
        memory_mib=0,
        vcpus=0,
    )
    try:
        return Machine(spec).shell(command or ("/bin/bash", "-l"))
    except MachineError as fault:
        raise SandboxError(str(fault)) from fault


def logs(directory: RegionDirectory, wanted: str, unit: str | None) -> int:
    """Print a machine's console, or the journal of one unit in it."""
    if unit:
        return shell(directory, wanted, ["journalctl", "--no-pager", "--unit", unit])
    machine = find_machine(directory, wanted)
    print((directory.machine(machine["instance_id"]) / "console.log").read_text(errors="replace"), end="")
    return 0
