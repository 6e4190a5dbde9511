"""The network fails in ordinary ways, and the cluster is well again without a hand."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from tests.cluster import scans
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.demo import pods_apart
from tests.cluster.trouble import among, connect_seconds, delaying, dropping, unready

ETCD_HEALTH = (
    *("/opt/hardway/bin/etcdctl", "--endpoints=https://127.0.0.1:2379", "--cacert=/etc/etcd/pki/ca.crt"),
    *("--cert=/etc/etcd/pki/client.crt", "--key=/etc/etcd/pki/client.key", "endpoint", "health", "--cluster"),
)
READY_SECONDS = 60
LOST_SECONDS = 5
FLUSH = "ip route flush table main"
# What systemd-networkd does when it starts anew, and has not been told to leave the routes of others alone: its address
# goes and comes back, and everything that it does not know is gone.
NETWORKD = """
address=$(ip -4 -o addr show dev eth0 | awk '{ print $4 }') gateway=$(ip -4 route show default | awk '{ print $3 }')
ip route flush table main; ip addr del "$address" dev eth0
ip addr add "$address" dev eth0; ip route add default via "$gateway"
"""
ASK = """
import json, sys, time, urllib.request
end, last, longest, answers = time.monotonic() + float(sys.argv[2]), time.monotonic(), 0.0, 0
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
while time.monotonic() < end:
    try:
        opener.open(sys.argv[1], timeout=0.5).read()
        answers += 1
    except OSError:
        time.sleep(0.05)
        continue
    longest, last = max(longest, time.monotonic() - last), time.monotonic()
    time.sleep(0.05)
print(json.dumps([answers, max(longest, time.monotonic() - last)]))
"""


@dataclass
class Writes:
    """Writes through the API, one after the other."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def writing(sandbox: Sandbox) -> Iterator[Writes]:
    """Write a number into a ConfigMap again and again while the block runs."""
    writes, ended = Writes(), threading.Event()
    sandbox.kubectl("create", "configmap", "trouble", "-n", "default")

    def write() -> None:
        while not ended.wait(0.2):
            began = time.monotonic()
            patch = json.dumps({"data": {"number": str(len(writes.seconds))}})
            done = sandbox.hw(
                *("kubectl", "sandbox", "--", "patch", "configmap", "trouble", "-n", "default"),
                *("--type=merge", "-p", patch, "--request-timeout=10s"),
                check=False,
            )
            if done.returncode == 0:
                writes.seconds.append(time.monotonic() - began)
            else:
                writes.failures.append(done.stderr.strip()[-200:])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield writes
    finally:
        ended.set()
        thread.join()
        sandbox.kubectl("delete", "configmap", "trouble", "-n", "default")


def all_ready_within(sandbox: Sandbox, seconds: float) -> float:
    """Wait until every node is Ready and every etcd member healthy; answers how long that took."""
    began = time.monotonic()
    while True:
        missing = unready(sandbox)
        took = time.monotonic() - began
        if not missing:
            break
        assert took < seconds, f"after {took:.0f} s not Ready: {missing}"
        time.sleep(1)
    health = sandbox.on("control-plane-1", *ETCD_HEALTH, check=False)
    assert (health.stdout + health.stderr).count("is healthy") == 3, health.stderr
    return took


def control_planes(sandbox: Sandbox) -> dict[str, str]:
    """Address of each control plane by its name."""
    return {machine["member"]: machine["address"] for machine in sandbox.machines() if machine["member"]}


@by_command
def test_loss_and_delay_between_control_planes(sandbox: Sandbox) -> None:
    """5 % of the packets are lost, each of the others takes 100 ms longer: the API takes writes, nodes stay Ready."""
    members = control_planes(sandbox)
    addresses = list(members.values())
    both = among(addresses)
    with ExitStack() as trouble:
        writes = trouble.enter_context(writing(sandbox))
        trouble.enter_context(dropping(sandbox, f"ip saddr {both} ip daddr {both} numgen random mod 100 < 5"))
        trouble.enter_context(delaying(sandbox, addresses, 100))
        assert connect_seconds(sandbox, "control-plane-1", members["control-plane-2"], 2379) >= 0.2
        before, lost = len(writes.seconds), list(writes.failures)
        time.sleep(45)
        within = writes.seconds[before:]
        took = all_ready_within(sandbox, READY_SECONDS)
    failed = len(writes.failures) - len(lost)
    print(
        f"{len(within)} writes, median {statistics.median(within):.2f} s, longest {max(within):.2f} s, {failed} failed"
    )
    print(f"all Ready {took:.1f} s after 45 s of it")
    assert len(within) > 5
    assert failed <= len(within) / 4, writes.failures
    assert all_ready_within(sandbox, READY_SECONDS) < READY_SECONDS


@by_command
def test_a_control_plane_is_cut_off_and_comes_back(sandbox: Sandbox) -> None:
    """For longer than a node may be silent. The others go on; afterwards it is Ready within a minute."""
    address = control_planes(sandbox)["control-plane-2"]
    with writing(sandbox) as writes:
        with dropping(sandbox, f"ip saddr {address}"), dropping_to(sandbox, address):
            time.sleep(15)
            before = len(writes.seconds)
            time.sleep(40)
            assert len(writes.seconds) - before > 5, writes.failures
            assert unready(sandbox) == ["control-plane-2"]
        took = all_ready_within(sandbox, READY_SECONDS)
    print(f"Ready {took:.1f} s after it was back; {len(writes.seconds)} writes, {len(writes.failures)} failed")


@contextmanager
def dropping_to(sandbox: Sandbox, address: str) -> Iterator[None]:
    """Nothing arrives there."""
    with dropping(sandbox, f"ip daddr {address}", table="trouble-to"):
        yield


@pytest.mark.parametrize("script", [FLUSH, NETWORKD], ids=["routes flushed", "network service restarted"])
def test_pods_find_each_other_again(sandbox: Sandbox, script: str) -> None:
    """A pod asks one on another machine all the time; the routes of its machine go and are put back."""
    here, there = pods_apart(sandbox)
    machine = here["spec"]["nodeName"]
    inside = scans.pod_namespace(sandbox, machine, here["status"]["podIP"])
    url = f"http://{there['status']['podIP']}:{there['spec']['containers'][0]['ports'][0]['containerPort']}/hostname"
    before = sorted(sandbox.on(machine, "ip", "-4", "route").stdout.splitlines())
    fault = f'(sleep 4; {script}) >/dev/null 2>&1 & exec "$@"'
    said = sandbox.on(machine, "bash", "-c", fault, "fault", *inside, "python3", "-c", ASK, url, "16").stdout
    answers, longest = json.loads(said)
    print(f"{answers} answers, at most {longest:.2f} s between two")
    assert answers > 20
    assert longest < LOST_SECONDS
    assert sorted(sandbox.on(machine, "ip", "-4", "route").stdout.splitlines()) == before
    assert all_ready_within(sandbox, READY_SECONDS) < READY_SECONDS
