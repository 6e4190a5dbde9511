"""What it costs to lose a control plane: power cut under 20 writes a second, a bare etcd's figures beside it.

`.venv/bin/python -m bench.member_loss [--trials 20] [--save]` against the sandbox that is up (HARDWAY_SANDBOX, or the
default one). Trials alternate between the member that leads etcd and one that follows; whichever it is holds the leases
of both controllers. With --save they are added to those of the same day.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bench.api_entries import ApiEntries
from bench.append_history import faults, longest_gap, longest_write
from bench.append_load import WRITES_PER_SECOND, Load, appending
from bench.bare_etcd import MEMBERS, BareEtcd, EtcdStore
from bench.control_planes import LEASES, ControlPlanes, eventually
from hardway.artifacts.engine import etcd_path
from hardway.artifacts.lock import load_lock
from hardway.cli.paths import state_directory

RESULTS = Path(__file__).parent / "results"
BEFORE_SECONDS, AFTER_SECONDS = 4.0, 8.0
TAKEOVER_SECONDS = 60.0
Role = Literal["leader", "follower"]
ROLES: tuple[Role, ...] = ("leader", "follower")


@dataclass(frozen=True, kw_only=True)
class Writes:
    """What the load saw in one trial. Gap: the longest time without any acknowledgement, from the loss on."""

    gap_seconds: float
    longest_write_seconds: float
    acknowledged: int
    failed_attempts: int
    problems: dict[str, int]
    faults: list[str]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One loss of a control plane."""

    role: Role
    member: str
    writes: Writes
    bare: Writes
    takeover_seconds: dict[str, float]
    """By controller, from the power cut to the lease's next holder."""
    return_seconds: float
    """From the start of the instance until all members and nodes were well."""


def writes(load: Load, lost_at: float) -> Writes:
    """A load that has ended, judged."""
    failed = [attempt for attempt in load.attempts if attempt.revision is None]
    return Writes(
        gap_seconds=round(longest_gap(load.attempts, lost_at), 3),
        longest_write_seconds=round(longest_write(load.attempts), 3),
        acknowledged=load.acknowledged(),
        failed_attempts=len(failed),
        problems=dict(Counter(attempt.problem for attempt in failed)),
        faults=faults(load.attempts, load.found),
    )


def lose_member(planes: ControlPlanes, role: Role) -> tuple[str, Writes, dict[str, float], float]:
    """Cut the power of one: its name, the writes, the takeovers, and how long its return took."""
    held = planes.holder(LEASES[0])
    assert held is not None, "the API does not say who the controller manager is"
    victim = held[0]
    planes.gather_controllers(victim)
    planes.move_leader(victim if role == "leader" else next(name for name in planes.members() if name != victim))
    instance = planes.members()[victim]["instance_id"]
    takeovers: dict[str, float] = {}
    try:
        with appending(ApiEntries(planes.kubeconfig)) as load:
            eventually(lambda: load.acknowledged() > BEFORE_SECONDS * WRITES_PER_SECOND, "writes are acknowledged", 30)
            lost_at = time.monotonic()
            wall = planes.cut_power(instance)
            for lease in LEASES:
                taken = planes.await_takeover(lease, victim, TAKEOVER_SECONDS)
                takeovers[lease] = round(taken.timestamp() - wall, 1)
            time.sleep(max(0.0, lost_at + AFTER_SECONDS - time.monotonic()))
    finally:
        began, since = time.monotonic(), time.time()
        planes.power_on(instance)
        planes.await_whole(since=since, back=[victim])
        back = time.monotonic() - began
    return victim, writes(load, lost_at), takeovers, round(back, 1)


def lose_bare_member(binary: Path, role: Role) -> Writes:
    """The same loss in three bare etcd processes."""
    etcd = BareEtcd(binary)
    try:
        etcd.start()
        with appending(EtcdStore()) as load:
            eventually(lambda: load.acknowledged() > BEFORE_SECONDS * WRITES_PER_SECOND, "writes are acknowledged", 30)
            leader = etcd.leader()
            assert leader is not None
            lost_at = time.monotonic()
            etcd.kill(leader if role == "leader" else next(one for one in MEMBERS if one != leader))
            time.sleep(AFTER_SECONDS)
        return writes(load, lost_at)
    finally:
        etcd.stop()


def trial(planes: ControlPlanes, role: Role) -> Trial:
    """A bare etcd's loss and a control plane's, one after the other."""
    bare = lose_bare_member(etcd_path("sandbox"), role)
    member, seen, takeovers, back = lose_member(planes, role)
    return Trial(role=role, member=member, writes=seen, bare=bare, takeover_seconds=takeovers, return_seconds=back)


def summary(trials: list[dict[str, Any]]) -> dict[str, Any]:
    """Distributions by role: least, median, most."""
    found: dict[str, Any] = {"trials": len(trials)}
    for role in ROLES:
        of = [one for one in trials if one["role"] == role]
        if not of:
            continue
        found[role] = {
            "trials": len(of),
            "faults": sum(len(one["writes"]["faults"]) for one in of),
            "acknowledged": sum(one["writes"]["acknowledged"] for one in of),
            "failed_attempts": sum(one["writes"]["failed_attempts"] for one in of),
            "gap_seconds": _spread([one["writes"]["gap_seconds"] for one in of]),
            "bare_gap_seconds": _spread([one["bare"]["gap_seconds"] for one in of]),
            "gap_above_bare_seconds": _spread(
                [one["writes"]["gap_seconds"] - one["bare"]["gap_seconds"] for one in of]
            ),
            "longest_write_seconds": _spread([one["writes"]["longest_write_seconds"] for one in of]),
            **{
                f"{lease}_takeover_seconds": _spread([one["takeover_seconds"][lease] for one in of]) for lease in LEASES
            },
            "return_seconds": _spread([one["return_seconds"] for one in of]),
        }
    return found


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "least": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "most": round(max(values), 2),
    }


def save(trials: list[dict[str, Any]], path: Path) -> dict[str, Any]:
    """Add trials to those that the file has; answers the whole of it."""
    before = json.loads(path.read_text())["trials"] if path.exists() else []
    lock = load_lock("sandbox")
    every = [*before, *trials]
    result = {
        "date": path.name[:10],
        "command": "python -m bench.member_loss --trials N --save",
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "kubernetes": lock.get("kube-apiserver").version,
        "etcd": lock.get("etcd").version,
        "writes_per_second": WRITES_PER_SECOND,
        "summary": summary(every),
        "trials": every,
    }
    path.write_text(json.dumps(result, indent=1) + "\n")
    return result


def main() -> None:
    """Run the trials, print each and their distribution, and keep them with --save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--first", choices=ROLES, default="leader", help="who is lost in the first trial")
    parser.add_argument("--save", action="store_true", help="add the trials to today's file in bench/results/")
    options = parser.parse_args()
    folder = os.environ.get("HARDWAY_SANDBOX") or str(state_directory("sandbox"))
    planes = ControlPlanes({**os.environ, "HARDWAY_SANDBOX": folder})
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-member-loss.json"
    done: list[dict[str, Any]] = []
    for number in range(options.trials):
        role = ROLES[(ROLES.index(options.first) + number) % len(ROLES)]
        made = asdict(trial(planes, role))
        done.append(made)
        print(json.dumps(made), flush=True)
        if options.save:
            save([made], path)
    print(json.dumps(summary(done), indent=1))


if __name__ == "__main__":
    main()
