"""Two control planes lose their power, then everything does: what goes on meanwhile, and that it mends itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench.api_entries import ApiEntries
from bench.append_history import faults
from bench.append_load import appending
from bench.control_planes import ControlPlanes, eventually
from tests.cluster.conftest import Sandbox

LOST = ("control-plane-1", "control-plane-2")
AWAY_SECONDS = 30
ASK = """
failed=0
end=$((SECONDS + {seconds}))
while [ $SECONDS -lt $end ]; do
  asked=$((asked + 1))
  curl -sf -o /dev/null -m 2 http://{address}/hostname || failed=$((failed + 1))
  sleep 0.2
done
echo "$asked $failed"
"""


@pytest.fixture(scope="module")
def planes(sandbox: Sandbox) -> ControlPlanes:
    return ControlPlanes(sandbox.environment)


@contextmanager
def without_power(planes: ControlPlanes, instances: list[str]) -> Iterator[None]:
    """Their power is cut now, and is there again, with everything well, afterwards."""
    try:
        planes.cut_power(*instances)
        yield
    finally:
        planes.power_on(*instances)
        planes.await_whole(300)


def app(sandbox: Sandbox) -> str:
    """Address of the demo's Service."""
    return sandbox.kubectl("get", "service", "demo", "-n", "demo", "-o", "jsonpath={.spec.clusterIP}")


def restarts(sandbox: Sandbox) -> dict[str, int]:
    """How often each pod of the demo was restarted."""
    pods = sandbox.objects("pods", "-n", "demo")
    return {pod["metadata"]["name"]: pod["status"]["containerStatuses"][0]["restartCount"] for pod in pods}


def test_with_two_lost_pods_go_on_and_the_api_comes_back_with_one(
    sandbox: Sandbox, planes: ControlPlanes, record_property: Callable[[str, object], None]
) -> None:
    machines = planes.members()
    lost = [machines[member]["instance_id"] for member in LOST]
    worker = next(machine["instance_id"] for machine in planes.machines() if machine["pool"])
    address, before = app(sandbox), restarts(sandbox)
    with appending(ApiEntries(planes.kubeconfig), per_second=5) as load:
        eventually(lambda: load.acknowledged() > 10, "writes are acknowledged", 30)
        with without_power(planes, lost):
            cut = time.monotonic()
            said = sandbox.on(worker, "bash", "-c", ASK.format(seconds=AWAY_SECONDS, address=address)).stdout
            asked, failed = map(int, said.split())
            assert failed == 0, f"{failed} of {asked} questions to the app failed"
            assert asked > 20

            for words in (("get", "nodes"), ("create", "configmap", "refused", "-n", "default")):
                refused = sandbox.hw("kubectl", "sandbox", "--", *words, "--request-timeout=20s", check=False)
                print(f"{' '.join(words)}: {refused.stderr}")
                assert refused.returncode != 0
            status = sandbox.hw("status", "sandbox", check=False)
            print(f"{status.stdout}{status.stderr}")
            assert status.returncode == 1
            assert f"2 of 3 control planes are not running ({', '.join(LOST)})" in status.stdout
            late = [one for one in load.attempts if one.revision is not None and one.ended > cut]
            assert late == [], "nothing is acknowledged without a majority"

            returned, acknowledged = time.monotonic(), load.acknowledged()
            planes.power_on(lost[0])
            eventually(lambda: load.acknowledged() > acknowledged, "writes are acknowledged by two of three", 180)
            back = time.monotonic() - returned
    assert faults(load.attempts, load.found) == []
    assert restarts(sandbox) == before
    print(f"{asked} questions, none failed; writes again {back:.1f} s after one of two was started")
    record_property("seconds_from_start_of_one_to_a_write", round(back, 1))


@pytest.fixture
def nobody_is_replaced(planes: ControlPlanes) -> Iterator[None]:
    """Power comes back to the machines that lost it; a worker's group would make others meanwhile."""
    groups = planes.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    processes = [
        {"AutoScalingGroupName": group["AutoScalingGroupName"], "ScalingProcesses": ["ReplaceUnhealthy"]}
        for group in groups
    ]
    for named in processes:
        planes.autoscaling.suspend_processes(**named)
    yield
    for named in processes:
        planes.autoscaling.resume_processes(**named)


@pytest.mark.usefixtures("nobody_is_replaced")
def test_everything_comes_back_after_all_power_was_lost(
    sandbox: Sandbox, planes: ControlPlanes, record_property: Callable[[str, object], None]
) -> None:
    instances = [machine["instance_id"] for machine in planes.machines()]
    worker = next(machine["instance_id"] for machine in planes.machines() if machine["pool"])
    ask, pods = ("curl", "-sf", "-m", "2", f"http://{app(sandbox)}/hostname"), restarts(sandbox).keys()
    sandbox.kubectl("create", "configmap", "before-the-dark", "-n", "default", "--from-literal=said=this")
    names = [node["metadata"]["name"] for node in sandbox.objects("nodes")]
    seconds: dict[str, float] = {}

    def after(step: str, done: Callable[[], bool], deadline: float) -> None:
        eventually(done, step, deadline)
        seconds[step] = round(time.monotonic() - began, 1)

    try:
        with without_power(planes, instances):
            assert sandbox.hw("status", "sandbox", check=False).returncode == 1
            began, wall = time.monotonic(), time.time()
            planes.power_on(*instances)
            after("the API answers", planes.api_answers, 300)
            after("all nodes are Ready", lambda: planes.ready_nodes(wall, names) == len(instances), 300)
            after("the app answers", lambda: sandbox.on(worker, *ask, check=False).returncode == 0, 120)
        said = sandbox.kubectl("get", "configmap", "before-the-dark", "-n", "default", "-o", "jsonpath={.data.said}")
        assert said == "this"
    finally:
        sandbox.kubectl("delete", "configmap", "before-the-dark", "-n", "default")
    assert [machine["instance_id"] for machine in planes.machines()] == instances
    assert restarts(sandbox).keys() == pods, "the pods are those that were there before"
    print(f"seconds after the start of all five: {seconds}")
    record_property("seconds_after_total_loss", seconds)
