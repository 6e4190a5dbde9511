"""The control planes of a sandbox from outside: their power, who leads in etcd, and who runs the controllers."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import httpx

from bench.api_entries import connection

ROOT = Path(__file__).parents[1]
LEASES = ("kube-controller-manager", "kube-scheduler")
_ETCDCTL = (
    "/opt/hardway/bin/etcdctl",
    "--cacert=/etc/etcd/pki/ca.crt",
    "--cert=/etc/etcd/pki/client.crt",
    "--key=/etc/etcd/pki/client.key",
)


class ControlPlanes:
    """Asks and acts as an operator would, through the AWS API, `python -m sandbox` and the Kubernetes API."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` names the sandbox's folder in HARDWAY_SANDBOX; its region runs."""
        self._environment = dict(environment)
        self.kubeconfig = Path(environment["HARDWAY_SANDBOX"]) / "kubeconfig"
        self._api = httpx.Client(**connection(self.kubeconfig))
        variables = json.loads(self._run(str(ROOT / "hw"), "sandbox", "env", "--json"))
        keys = {
            "endpoint_url": variables["AWS_ENDPOINT_URL"],
            "region_name": variables["AWS_REGION"],
            "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
        }
        self.ec2: Any = boto3.client("ec2", **keys)
        self.autoscaling: Any = boto3.client("autoscaling", **keys)

    def machines(self) -> list[dict[str, Any]]:
        """All machines of the region, as `python -m sandbox machines` has them."""
        python = str(ROOT / ".venv/bin/python")
        found: list[dict[str, Any]] = json.loads(self._run(python, "-m", "sandbox", "machines", "--json"))
        return found

    def members(self) -> dict[str, dict[str, Any]]:
        """The control planes' machines by member name."""
        return {machine["member"]: machine for machine in self.machines() if machine["member"]}

    def on(self, machine: str, *command: str, seconds: float = 60) -> str:
        """What a command prints on a machine, as root."""
        return self._run(str(ROOT / "hw"), "shell", machine, "--", *command, seconds=seconds)

    def cut_power(self, *instances: str) -> float:
        """Their power fails. Answers when, in seconds of the wall clock; they are off when it returns."""
        began = time.time()
        self.ec2.stop_instances(InstanceIds=list(instances), Force=True)
        self._await_state("stopped", instances)
        return began

    def power_on(self, *instances: str) -> None:
        """They run; what is on them comes up by itself."""
        self.ec2.start_instances(InstanceIds=list(instances))
        self._await_state("running", instances)

    def _await_state(self, state: str, instances: tuple[str, ...]) -> None:
        def reached() -> bool:
            answer = self.ec2.describe_instances(InstanceIds=list(instances))
            states = {one["State"]["Name"] for each in answer["Reservations"] for one in each["Instances"]}
            return states == {state}

        eventually(reached, f"{' '.join(instances)} {state}", 60)

    def etcd_status(self, ask: str) -> dict[str, dict[str, Any]]:
        """By member name what each etcd member that answers says of itself; `ask` is the machine that asks."""
        addresses = {machine["address"]: name for name, machine in self.members().items()}
        endpoints = ",".join(f"https://{address}:2379" for address in addresses)
        command = [*_ETCDCTL, f"--endpoints={endpoints}", "--command-timeout=3s", "endpoint", "status", "-w", "json"]
        # It exits with 1 if one of them does not answer, and prints the others.
        said = self.on(ask, "bash", "-c", f"{' '.join(command)} 2>/dev/null || true")
        return {
            addresses[one["Endpoint"].removeprefix("https://").removesuffix(":2379")]: one["Status"]
            for one in json.loads(said or "[]")
        }

    def leader(self, ask: str) -> str | None:
        """The member that leads etcd."""
        for name, status in self.etcd_status(ask).items():
            if status["leader"] and status["leader"] == status["header"]["member_id"]:
                return name
        return None

    def move_leader(self, wanted: str) -> None:
        """That member leads etcd."""
        status = self.etcd_status(wanted)
        now = next(name for name, one in status.items() if one["leader"] == one["header"]["member_id"])
        if now != wanted:
            target = f"{status[wanted]['header']['member_id']:x}"
            self.on(now, *_ETCDCTL, "--endpoints=https://127.0.0.1:2379", "move-leader", target)

    def holder(self, lease: str) -> tuple[str, datetime] | None:
        """The member that holds a controller's lease, and since when; None while the API does not say."""
        try:
            path = f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{lease}"
            answer = self._api.get(path, timeout=2)
            answer.raise_for_status()
        except httpx.HTTPError:
            return None
        spec = answer.json()["spec"]
        node = spec["holderIdentity"].partition("_")[0]
        since = datetime.fromisoformat(spec["acquireTime"]).astimezone(UTC)
        return next((name for name, one in self.members().items() if one["node"] == node), node), since

    def gather_controllers(self, member: str) -> None:
        """That member holds the leases of both controllers."""
        others = [name for name in self.members() if name != member]
        for lease in LEASES:
            if self._holds(member, lease):
                continue
            for other in others:
                self.on(other, "systemctl", "stop", f"{lease}.service")
            try:
                eventually(partial(self._holds, member, lease), f"{member} has {lease}", 60)
            finally:
                for other in others:
                    self.on(other, "systemctl", "start", "--no-block", f"{lease}.service")

    def _holds(self, member: str, lease: str) -> bool:
        held = self.holder(lease)
        return held is not None and held[0] == member

    def await_takeover(self, lease: str, lost: str, seconds: float) -> datetime:
        """When somebody else than the lost member came to hold that lease; TimeoutError after `seconds`."""
        since: list[datetime] = []

        def taken() -> bool:
            held = self.holder(lease)
            if held is None or held[0] == lost:
                return False
            since.append(held[1])
            return True

        eventually(taken, f"{lease} has another holder than {lost}", seconds)
        return since[0]

    def await_whole(self, seconds: float = 180, *, since: float = 0.0, back: Collection[str] = ()) -> None:
        """Return once every member's etcd is a voter with a leader and every node is Ready.

        What the nodes in `back` said before `since` (seconds of the wall clock) does not count.
        """
        names = sorted(self.members())

        def whole() -> bool:
            status = self.etcd_status(names[0])
            voters = [one for one in status.values() if one["leader"] and not one.get("isLearner")]
            return len(voters) == len(names) and self.ready_nodes(since, back) >= len(self.machines())

        eventually(whole, "all members of etcd healthy and all nodes Ready", seconds)

    def api_answers(self) -> bool:
        """Whether the API gives the list of nodes."""
        return self._nodes() is not None

    def ready_nodes(self, since: float = 0.0, back: Collection[str] = ()) -> int:
        """How many nodes there are if all of them are Ready, else 0; 0 too while the API does not answer.

        What the nodes in `back` said before `since` (seconds of the wall clock) does not count.
        """
        nodes = self._nodes() or []
        return len(nodes) if all(_is_ready(node, since if _name(node) in back else 0.0) for node in nodes) else 0

    def _nodes(self) -> list[dict[str, Any]] | None:
        try:
            answer = self._api.get("/api/v1/nodes", timeout=5)
            answer.raise_for_status()
        except httpx.HTTPError:
            return None
        nodes: list[dict[str, Any]] = answer.json()["items"]
        return nodes

    def _run(self, *command: str, seconds: float = 60) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=seconds, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        return done.stdout


def _name(node: dict[str, Any]) -> str:
    return str(node["metadata"]["name"])


def _is_ready(node: dict[str, Any], since: float) -> bool:
    ready = next((one for one in node["status"].get("conditions", []) if one["type"] == "Ready"), None)
    if ready is None or ready["status"] != "True":
        return False
    # Whole seconds.
    return datetime.fromisoformat(ready["lastHeartbeatTime"]).timestamp() >= int(since)


def eventually(check: Callable[[], bool], what: str, seconds: float) -> float:
    """Seconds until it was so; TimeoutError after `seconds`."""
    began = time.monotonic()
    while not check():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"after {seconds:.0f} s not yet: {what}")
        time.sleep(0.2)
    return time.monotonic() - began
