"""A change of the stack file rolls machines in order, stops at the first that fails, and is taken back by reverting."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from bench.control_planes import ControlPlanes
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.stack_file import edited, up
from tests.cluster.workers import Seen, asking, client, ready_nodes, serving, wait_until, watching, workers

pytestmark = by_command

MEMBERS = ("control-plane-1", "control-plane-2", "control-plane-3")
BUCKET = "hardway-sandbox-artifacts"
# A setting that no worker boots with: what pods send between nodes would end there.
BAD_SYSCTL = {"net.ipv4.ip_forward": "0"}


@pytest.fixture
def whole(sandbox: Sandbox) -> Iterator[None]:
    """Five Ready nodes and an app with two pods, before and after; at the end, of the stack file as it is."""
    yield
    up(sandbox)
    ControlPlanes(sandbox.environment).await_whole(300)


@pytest.mark.usefixtures("whole")
def test_workers_roll_after_a_canary_and_stop_where_it_fails(
    sandbox: Sandbox, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    before = {machine["instance_id"] for machine in workers(sandbox).values()}
    nodes = ready_nodes(sandbox)
    bad = edited(tmp_path, lambda config: config["hardway:pools"]["general"].update(sysctls=BAD_SYSCTL))
    with asking(sandbox, "control-plane-1") as asked:
        with watching(sandbox) as failed:
            began = time.monotonic()
            refused = up(sandbox, bad, check=False)
            stopped_after = time.monotonic() - began
        with watching(sandbox) as rolled:
            began = time.monotonic()
            up(sandbox)
            rolled_after = time.monotonic() - began

    # The edit that no machine boots with: one canary, and nobody else is touched.
    said = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert "does not boot: sysctl failed: the kernel's net/ipv4/ip_forward is not 1" in said
    assert "revert the edit" in said
    assert all(before <= seen.of("InService") for seen in failed)
    assert len({name for seen in failed for name in seen.members} - before) == 1

    # Reverted: the canary is taken back, and every machine is another one of the template that is current.
    final = rolled[-1]
    version = next(iter({version for _, version in final.members.values()}))
    assert len(final.members) == 2
    assert final.members.keys().isdisjoint(before | failed[-1].members.keys())
    _ordered(rolled, version)
    wait_until(lambda: ready_nodes(sandbox).isdisjoint(nodes), 120, "the nodes of the old machines are gone")
    assert len(serving(sandbox, ready_nodes(sandbox))) == 2

    facts = {
        "requests": asked.sent,
        "per second": round(asked.sent / asked.seconds, 1),
        "failures": len(asked.failures),
        "slowest seconds": round(asked.slowest, 2),
        "failing edit told after seconds": round(stopped_after),
        "rolled after seconds": round(rolled_after),
    }
    print(json.dumps(facts))
    record_property("workers_rolled", facts)
    assert asked.sent / asked.seconds > 40
    assert asked.failures == []


def _ordered(rolled: list[Seen], version: str) -> None:
    """One canary; nobody leaves before a successor serves, and one at a time does."""
    for seen in rolled:
        assert len(seen.of("InService")) >= 2, seen
        assert len(seen.of("Pending", version)) <= 1, seen
        assert len(seen.of("Terminating")) <= 2, seen
        if seen.of("Terminating") & rolled[0].of("InService"):
            assert seen.of("InService", version), "an old machine leaves only after a new one serves"
    held = [seen for seen in rolled if any(state == "Terminating:Wait" for state, _ in seen.members.values())]
    assert held, "machines that leave are held until they are drained"
    canary, second = [next(seen for seen in rolled if len(seen.of("InService", version)) == count) for count in (1, 2)]
    assert second.at - canary.at >= 10, "the canary runs alone for as long as the stack file says"


@dataclass(frozen=True)
class Health:
    """Each member's instance, and whether the load balancer reaches its API server, at one moment."""

    at: float
    instances: dict[str, str]
    healthy: frozenset[str]
    voters: frozenset[str]
    """Members whose etcd answers as a voter with a leader; as last seen."""


@contextmanager
def watching_members(sandbox: Sandbox) -> Iterator[list[Health]]:
    """Every change among the control planes, seen twice a second."""
    elb, ended, seen = client(sandbox, "elbv2"), threading.Event(), list[Health]()
    group = elb.describe_target_groups(Names=["hardway-sandbox-api"])["TargetGroups"][0]["TargetGroupArn"]
    planes = ControlPlanes(sandbox.environment)
    voters: dict[str, frozenset[str]] = {"": frozenset()}

    def look() -> None:
        while not ended.wait(0.5):
            members = {name: machine for name, machine in planes.members().items()}
            states = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            healthy = {one["Target"]["Id"] for one in states if one["TargetHealth"]["State"] == "healthy"}
            now = Health(
                time.time(),
                {name: machine["instance_id"] for name, machine in members.items()},
                frozenset(name for name, machine in members.items() if machine["address"] in healthy),
                voters[""],
            )
            if not seen or (now.instances, now.healthy, now.voters) != (
                seen[-1].instances,
                seen[-1].healthy,
                seen[-1].voters,
            ):
                seen.append(now)

    def ask_etcd() -> None:
        while not ended.wait(1):
            for name in MEMBERS:
                try:
                    status = planes.etcd_status(name)
                except (RuntimeError, KeyError, ValueError):
                    continue
                voters[""] = frozenset(
                    one for one, said in status.items() if said.get("leader") and not said.get("isLearner")
                )
                break

    threads = [threading.Thread(target=look), threading.Thread(target=ask_etcd)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def replaced(seen: list[Health]) -> dict[str, float]:
    """When each member's first new instance was there, in this order."""
    moments: dict[str, float] = {}
    for before, after in pairwise(seen):
        for name in MEMBERS:
            if after.instances.get(name) not in (None, before.instances.get(name)):
                moments.setdefault(name, after.at)
    return dict(sorted(moments.items(), key=lambda each: each[1]))


def proven(rolled: list[Health], before: dict[str, str], names: tuple[str, ...]) -> list[float]:
    """Seconds between replacements: in order, and each begun only while all others served and voted."""
    moments = replaced(rolled)
    assert tuple(moments) == names
    for name, moment in moments.items():
        others = set(MEMBERS) - {name}
        # Until its machine ends the member serves: what came just before that is what its turn waited for.
        last = [seen for seen in rolled if seen.at < moment and seen.instances.get(name) == before[name]]
        ending = next((number for number, seen in enumerate(last) if name not in seen.healthy), len(last))
        if name != names[0]:
            assert any(
                others <= seen.healthy and others <= seen.voters for seen in last[max(0, ending - 3) : ending + 1]
            )
        assert all(others <= seen.healthy for seen in last[ending:]), name
    return [round(b - a) for a, b in pairwise(moments.values())]


@pytest.mark.usefixtures("whole")
def test_control_planes_roll_one_by_one_and_stop_where_the_first_fails(
    sandbox: Sandbox, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    planes, s3 = ControlPlanes(sandbox.environment), client(sandbox, "s3")
    before = {name: machine["instance_id"] for name, machine in planes.members().items()}
    edit = edited(tmp_path, lambda config: config["hardway:control_plane"].update(root_volume_gib=9, serve_seconds=90))
    objects = s3.list_objects_v2(Bucket=BUCKET, Prefix="artifacts/")["Contents"]
    (key,) = [one["Key"] for one in objects if one["Key"].endswith("/etcd.zst")]
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        with watching_members(sandbox) as failed:
            began = time.monotonic()
            refused = up(sandbox, edit, check=False)
            stopped_after = time.monotonic() - began
    finally:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    said = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert "control-plane-1 (10.40.1.11) does not serve the Kubernetes API after" in said
    assert f"s3 object {key}: HTTP 404" in said
    assert "The other members were left as they are" in said
    assert list(replaced(failed)) == ["control-plane-1"]
    assert {name: failed[-1].instances[name] for name in MEMBERS[1:]} == {name: before[name] for name in MEMBERS[1:]}
    assert failed[-1].healthy == {"control-plane-2", "control-plane-3"}

    # What was wrong is mended: the next `up` goes on where that one stopped.
    between = dict(failed[-1].instances)
    with watching_members(sandbox) as went_on:
        up(sandbox, edit)
    gone_on = proven(went_on, between, MEMBERS[1:])
    assert went_on[-1].instances["control-plane-1"] == between["control-plane-1"], "it mended itself"

    # And the edit reverted is a change like any other: all three, one after the other.
    between = dict(went_on[-1].instances)
    with watching_members(sandbox) as rolled:
        began = time.monotonic()
        up(sandbox)
        rolled_after = time.monotonic() - began
    apart = proven(rolled, between, MEMBERS)
    facts = {
        "failing edit told after seconds": round(stopped_after),
        "seconds between, once mended": gone_on,
        "three rolled after seconds": round(rolled_after),
        "seconds between": apart,
    }
    print(json.dumps(facts))
    record_property("control_planes_rolled", facts)
