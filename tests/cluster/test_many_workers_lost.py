"""Five workers are lost in one moment: five others come, join by themselves, and run what ran there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.control_planes import ControlPlanes
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.stack_file import edited, up
from tests.cluster.workers import kill, ready_nodes, serving, wait_until, workers

pytestmark = by_command

COUNT = 5
JOIN_SECONDS = 600


@pytest.fixture
def five_workers(sandbox: Sandbox, tmp_path: Path) -> Iterator[set[str]]:
    """Names of five Ready workers; afterwards the pool is as its stack file says."""
    up(sandbox, edited(tmp_path, lambda config: config["hardway:pools"]["general"].update(min=COUNT, max=COUNT)))
    wait_until(lambda: len(ready_nodes(sandbox)) == COUNT, JOIN_SECONDS, "five workers are Ready")
    yield set(ready_nodes(sandbox))
    up(sandbox)
    ControlPlanes(sandbox.environment).await_whole(JOIN_SECONDS)


def test_five_lost_workers_are_replaced(
    sandbox: Sandbox, five_workers: set[str], record_property: Callable[[str, object], None]
) -> None:
    machines = workers(sandbox)
    assert set(machines) == five_workers
    for machine in machines.values():
        kill(machine)

    def seconds_until(true: Callable[[], bool], what: str) -> float:
        return round(wait_until(true, JOIN_SECONDS, what), 1)

    facts = {
        "joined": seconds_until(lambda: len(ready_nodes(sandbox) - five_workers) == COUNT, "five others are Ready"),
        "then nodes gone": seconds_until(
            lambda: not five_workers & {node["metadata"]["name"] for node in sandbox.objects("nodes")},
            "the nodes of the lost ones are gone",
        ),
        "then app whole": seconds_until(
            lambda: len(serving(sandbox, ready_nodes(sandbox))) == 2, "the app has two pods again"
        ),
    }
    print(json.dumps(facts))
    record_property("lost_5_of_5_workers", facts)
    assert {machine["instance_id"] for machine in workers(sandbox).values()}.isdisjoint(
        {machine["instance_id"] for machine in machines.values()}
    )
