"""Workers from outside: their groups, their nodes, the pods on them, and an app that is asked all the time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from tests.cluster.conftest import ROOT, Sandbox

GROUP = "hardway-sandbox-pool-general"
_CLIENT = textwrap.dedent(
    """
    import http.client, json, sys, threading, time
    from concurrent.futures import ThreadPoolExecutor
    address, rate, failures, slowest, sent = sys.argv[1], int(sys.argv[2]), [], [0.0], [0]
    def ask():
        began = time.time()
        try:
            connection = http.client.HTTPConnection(address, 80, timeout=10)
            connection.request("GET", "/hostname")
            answer = connection.getresponse()
            answer.read()
            connection.close()
            said = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            said = repr(error)
        slowest[0] = max(slowest[0], time.time() - began)
        if said != "200":
            failures.append([began, said])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=64) as pool:
        while not ended.is_set():
            pool.submit(ask)
            sent[0] += 1
            # Late is caught up with: the rate is what was asked for, not what the machine had time for.
            time.sleep(max(0.0, began + sent[0] / rate - time.monotonic()))
    seconds = time.monotonic() - began
    print(json.dumps({"sent": sent[0], "seconds": seconds, "failures": failures, "slowest": slowest[0]}))
    """
)


def client(sandbox: Sandbox, service: str) -> Any:
    """An AWS client of the region, as its operator."""
    variables = sandbox.variables()
    return boto3.client(
        service,  # type: ignore[call-overload]  # one function for all services
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def workers(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Machines of the pool by node name."""
    return {machine["node"]: machine for machine in sandbox.machines() if machine["pool"]}


def kill(machine: dict[str, Any]) -> None:
    """The machine is gone from one moment to the next, as when its host dies."""
    os.kill(machine["leader_pid"], signal.SIGKILL)


def ready_nodes(sandbox: Sandbox) -> set[str]:
    """Names of the workers' nodes that are Ready."""
    return {
        node["metadata"]["name"]
        for node in sandbox.objects("nodes", "-l", "hardway.dev/role=worker")
        for condition in node["status"]["conditions"]
        if (condition["type"], condition["status"]) == ("Ready", "True")
    }


def serving(sandbox: Sandbox, nodes: set[str]) -> list[dict[str, Any]]:
    """The app's pods that are Ready and run on one of these nodes."""
    return [
        pod
        for pod in sandbox.objects("pods", "-n", "demo")
        if pod["spec"].get("nodeName") in nodes
        and "deletionTimestamp" not in pod["metadata"]
        and any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
    ]


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Seconds until it was true; the test fails at the deadline."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} s: {what}"
        time.sleep(1)
    return time.monotonic() - began


@dataclass
class Asked:
    """What an app answered while it was asked again and again."""

    sent: int = 0
    seconds: float = 0.0
    failures: list[tuple[float, str]] = field(default_factory=list)
    slowest: float = 0.0


@contextmanager
def asking(sandbox: Sandbox, machine: str, rate: int = 50) -> Iterator[Asked]:
    """The demo is asked so often a second from that machine, each time over a new connection, until the block ends."""
    address = sandbox.kubectl("get", "service", "demo", "-n", "demo", "-o", "jsonpath={.spec.clusterIP}")
    asked = Asked()
    command = [str(ROOT / "hw"), "shell", machine, "--", "python3", "-c", _CLIENT, address, str(rate)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=sandbox.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield asked
    finally:
        said, _ = process.communicate(timeout=60)
        result = json.loads(said.splitlines()[-1])
        asked.sent, asked.seconds, asked.slowest = result["sent"], result["seconds"], result["slowest"]
        asked.failures = [(moment, text) for moment, text in result["failures"]]


@dataclass(frozen=True)
class Seen:
    """One look at the group: state and version of the template by instance, and the app's healthy pods."""

    at: float
    members: dict[str, tuple[str, str]]

    def of(self, state: str, version: str = "") -> set[str]:
        """The machines in a state that begins so, of that version or of any."""
        return {
            name
            for name, (found, launched) in self.members.items()
            if found.startswith(state) and version in ("", launched)
        }


@contextmanager
def watching(sandbox: Sandbox) -> Iterator[list[Seen]]:
    """Every change of the group's members, seen twice a second."""
    autoscaling, ended, seen = client(sandbox, "autoscaling"), threading.Event(), [Seen(time.time(), {})]

    def look() -> None:
        while not ended.wait(0.5):
            (group,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"]
            members = {
                one["InstanceId"]: (one["LifecycleState"], one["LaunchTemplate"]["Version"])
                for one in group["Instances"]
            }
            if members != seen[-1].members:
                seen.append(Seen(time.time(), members))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
        del seen[0]
