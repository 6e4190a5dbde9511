"""Workers are lost: others come and join by themselves, their pods run elsewhere in time, and nothing flaps."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from hardway.cli.target import target
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.demo import pods_apart
from tests.cluster.workers import GROUP, client, kill, ready_nodes, serving, wait_until, workers

JOIN_SECONDS = 300
BOUND_SECONDS = target("sandbox").configuration().node_loss.pods_elsewhere_seconds


def recovered(sandbox: Sandbox, lost: set[str]) -> dict[str, float]:
    """Seconds from now until others have joined, their nodes are gone, and the app is whole again."""
    began = time.monotonic()
    seconds = {}

    def joined() -> bool:
        return len(ready_nodes(sandbox) - lost) == 2

    wait_until(joined, JOIN_SECONDS, "two workers that are not the lost ones are Ready")
    seconds["joined"] = time.monotonic() - began
    wait_until(
        lambda: not lost & {node["metadata"]["name"] for node in sandbox.objects("nodes")},
        JOIN_SECONDS,
        "the lost workers' nodes are gone",
    )
    seconds["nodes gone"] = time.monotonic() - began
    wait_until(lambda: len(serving(sandbox, ready_nodes(sandbox))) == 2, JOIN_SECONDS, "the app has two pods again")
    seconds["app whole"] = time.monotonic() - began
    return seconds


@pytest.mark.parametrize("count", [1, 2], ids=["one", "all"])
def test_lost_workers_are_replaced_and_their_pods_run_elsewhere(
    sandbox: Sandbox, count: int, record_property: Callable[[str, object], None]
) -> None:
    pods_apart(sandbox)
    before = workers(sandbox)
    assert len(before) == 2
    lost = set(sorted(before)[:count])
    kept = set(before) - lost
    old = {pod["metadata"]["uid"] for pod in serving(sandbox, set(before))}
    assert len(old) == 2
    moment = time.time()
    for name in lost:
        kill(before[name])
    seconds = recovered(sandbox, lost)

    after = workers(sandbox)
    assert kept <= set(after)
    assert {after[name]["instance_id"] for name in after}.isdisjoint({before[name]["instance_id"] for name in lost})
    pods = serving(sandbox, set(after))
    successors = [pod for pod in pods if pod["metadata"]["uid"] not in old]
    assert len(successors) == count, "the pods of who is left stay"
    bound = [
        datetime.fromisoformat(one["lastTransitionTime"]).timestamp() - moment
        for pod in successors
        for one in pod["status"]["conditions"]
        if one["type"] == "PodScheduled" and one["status"] == "True"
    ]
    seconds["pods elsewhere"] = max(bound)
    print(json.dumps(seconds))
    record_property(f"lost_{count}_of_2_workers", seconds)
    assert max(bound) <= BOUND_SECONDS


@pytest.fixture
def no_bundle(sandbox: Sandbox) -> Iterator[Callable[[], None]]:
    """The pool's bundle is not in the bucket, until the test puts it back or ends."""
    s3, autoscaling, ec2 = (client(sandbox, service) for service in ("s3", "autoscaling", "ec2"))
    (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"]
    template = group["LaunchTemplate"]
    (version,) = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=[template["Version"]]
    )["LaunchTemplateVersions"]
    bucket = "hardway-sandbox-artifacts"
    sha256 = sandbox_bundle(version["LaunchTemplateData"]["UserData"])
    (key,) = [
        one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="bundles/")["Contents"] if sha256 in one["Key"]
    ]
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=key)

    def put_back() -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    try:
        yield put_back
    finally:
        put_back()


def sandbox_bundle(user_data: str) -> str:
    """The hash of the bundle that the user data names."""
    import base64
    import re

    found = re.search(r"HW_BUNDLE_SHA256=([0-9a-f]{64})", base64.b64decode(user_data).decode())
    assert found
    return found[1]


@by_command
def test_a_worker_that_cannot_boot_says_why_stays_and_joins_once_it_can(
    sandbox: Sandbox, no_bundle: Callable[[], None]
) -> None:
    before = workers(sandbox)
    lost = min(before)
    kill(before[lost])

    def failing() -> list[dict[str, str]]:
        found = json.loads(sandbox.hw("status", "sandbox", "--json", check=False).stdout)
        return [one for one in found["machines"] if one["boot"]["state"] == "failed"]

    wait_until(lambda: len(failing()) == 1, 180, "status tells of the machine that cannot boot")
    (machine,) = failing()
    assert "bundles/" in machine["boot"]["reason"]  # type: ignore[index]
    assert "404" in machine["boot"]["reason"]  # type: ignore[index]
    shown = sandbox.hw("status", "sandbox", check=False)
    assert shown.returncode == 1
    assert machine["id"] in shown.stdout

    autoscaling = client(sandbox, "autoscaling")

    def members() -> dict[str, str]:
        (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"]
        return {one["InstanceId"]: one["LifecycleState"] for one in group["Instances"]}

    end = time.monotonic() + 45
    while time.monotonic() < end:
        assert members().get(machine["id"]) == "Pending:Wait", "it neither counts nor is it replaced again and again"
        time.sleep(1)
    (hook,) = [
        one
        for one in autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=GROUP)["LifecycleHooks"]
        if one["LifecycleHookName"] == "join"
    ]
    assert hook["HeartbeatTimeout"] == 7200

    no_bundle()
    recovered(sandbox, {lost})
    wait_until(lambda: members().get(machine["id"]) == "InService", 60, "the machine counts now that it has joined")
