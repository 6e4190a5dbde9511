"""Looks at a cluster from the operator's side: API readiness, nodes, kubectl."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hardway.cli.failure import Failure

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Node:
    """One node as the API tells it."""

    name: str
    ready: bool
    version: str
    role: str
    address: str
    reason: str
    certificates: Mapping[str, str] = field(default_factory=dict)
    """When the certificate ends that each server on it serves; empty before it has told."""
    pressure: str = ""
    """What the machine is short of, as kubelet says it: disk, memory or process ids."""
    backup: str = ""
    """When the newest backup of etcd was taken that this machine wrote; empty if it wrote none."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that can be reached with a kubeconfig."""

    kubectl: Path
    kubeconfig: Path
    url: str
    ca_pem: str

    def api_reason(self, timeout_seconds: float = 3.0) -> str | None:
        """None when the API says that it is ready, else why not. Readiness may be asked without credentials."""
        parts = urlsplit(self.url)
        try:
            context = ssl.create_default_context(cadata=self.ca_pem)
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port or 6443, timeout=timeout_seconds, context=context
            )
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace").strip()
            connection.close()
        except socket.gaierror:
            return f"the name {parts.hostname} does not resolve here"
        except (OSError, http.client.HTTPException) as error:
            return f"{self.url} does not answer: {error}"
        return None if answer.status == 200 else f"{self.url}/readyz says {answer.status}: {_unready(body)}"

    def access_reason(self) -> str | None:
        """None once the kubeconfig's identity has its rights, which a new cluster grants moments after it is up."""
        try:
            self.run("get", "namespace", "kube-system", "--request-timeout=5s")
        except Failure as failure:
            return str(failure)
        return None

    def wait_for_api(self, deadline: float, on_wait: Callable[[str], None]) -> None:
        """Return when the API is ready and lets the operator in; Failure after `deadline` (monotonic seconds)."""
        while (reason := self.api_reason() or self.access_reason()) is not None:
            if time.monotonic() > deadline:
                raise Failure(f"the Kubernetes API is not ready: {reason}.")
            on_wait(reason)
            time.sleep(_POLL_SECONDS)

    def nodes(self) -> list[Node]:
        """All nodes, control planes first."""
        items = json.loads(self.run("get", "nodes", "-o", "json", "--request-timeout=10s"))["items"]
        return sorted((_node(item) for item in items), key=lambda node: (node.role != "control-plane", node.name))

    def wait_for_nodes(self, count: int, deadline: float, on_wait: Callable[[list[Node]], None]) -> list[Node]:
        """Return the nodes once at least `count` of them, and no fewer than all, are Ready."""
        while True:
            try:
                nodes = self.nodes()
                problem = f"{sum(node.ready for node in nodes)} of {count} nodes are Ready"
            except Failure as error:
                nodes, problem = [], str(error)
            if len(nodes) >= count and all(node.ready for node in nodes):
                return nodes
            if time.monotonic() > deadline:
                waiting = "; ".join(f"{node.name}: {node.reason}" for node in nodes if not node.ready)
                raise Failure(f"{problem}{'. ' + waiting if waiting else ''}.")
            on_wait(nodes)
            time.sleep(_POLL_SECONDS)

    def renewals(self) -> dict[str, datetime]:
        """By node when its kubelet was heard of last: conditions in a restored cluster are as old as the backup."""
        said = self.run("get", "leases", "--namespace", "kube-node-lease", "-o", "json", "--request-timeout=10s")
        return {
            item["metadata"]["name"]: datetime.fromisoformat(item["spec"]["renewTime"])
            for item in json.loads(said)["items"]
            if item["spec"].get("renewTime")
        }

    def run(self, *arguments: str) -> str:
        """Standard output of kubectl; Failure with what it said otherwise."""
        command = [str(self.kubectl), "--kubeconfig", str(self.kubeconfig), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"kubectl {' '.join(arguments[:2])} failed: {done.stderr.strip()}")
        return done.stdout


def ca_of(kubeconfig: str) -> tuple[str, str]:
    """URL and CA certificate (PEM) of the first cluster in a kubeconfig."""
    import base64

    import yaml

    cluster = yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]
    return str(cluster["server"]), base64.b64decode(cluster["certificate-authority-data"]).decode()


def _unready(body: str) -> str:
    """The checks that fail, out of the API server's list of all; what else it says otherwise."""
    failing = [line.removeprefix("[-]").split(" failed")[0] for line in body.splitlines() if line.startswith("[-]")]
    return ", ".join(failing) or " ".join(body.split())[:120]


def _node(item: dict[str, Any]) -> Node:
    labels = item["metadata"].get("labels") or {}
    status = item.get("status") or {}
    ready: dict[str, Any] = next((entry for entry in status.get("conditions") or [] if entry["type"] == "Ready"), {})
    pressures = [
        entry.get("message") or entry["type"]
        for entry in status.get("conditions") or []
        if entry["type"].endswith("Pressure") and entry["status"] == "True"
    ]
    address = next((entry["address"] for entry in status.get("addresses") or [] if entry["type"] == "InternalIP"), "")
    tainted = any("control-plane" in taint["key"] for taint in (item.get("spec") or {}).get("taints") or [])
    role = labels.get("hardway.dev/role") or ("control-plane" if tainted else "worker")
    return Node(
        name=item["metadata"]["name"],
        ready=ready.get("status") == "True",
        version=(status.get("nodeInfo") or {}).get("kubeletVersion", ""),
        role=role,
        address=address,
        reason=ready.get("message", "has not reported yet"),
        certificates=_served((item["metadata"].get("annotations") or {}).get("hardway.dev/served-certificates", "")),
        pressure="; ".join(pressures),
        backup=(item["metadata"].get("annotations") or {}).get("hardway.dev/etcd-backup", ""),
    )


def _served(annotation: str) -> dict[str, str]:
    return {server: end for server, _, end in (word.partition("=") for word in annotation.split())}
