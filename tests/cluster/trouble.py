"""Trouble in the region's network, made in the router through which every packet between machines goes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sandbox.namespaces import run_inside
from sandbox.paths import RegionDirectory
from tests.cluster import delay
from tests.cluster.conftest import Sandbox


def in_router(sandbox: Sandbox, *command: str) -> list[str]:
    """The command line that runs a command in the router."""
    return run_inside(RegionDirectory(sandbox.directory).router, list(command))


@contextmanager
def dropping(sandbox: Sandbox, rule: str, table: str = "trouble") -> Iterator[None]:
    """Packets for which the rule holds are lost, those of connections that exist included."""
    ruleset = (
        f"table ip {table} {{ chain drops {{ type filter hook prerouting priority -350; {rule} counter drop; }}; }}"
    )
    subprocess.run(in_router(sandbox, "nft", ruleset), check=True)
    try:
        yield
        listed = subprocess.run(in_router(sandbox, "nft", "list", "table", "ip", table), capture_output=True, text=True)
        dropped = sum(int(count) for count in re.findall(r"packets (\d+)", listed.stdout))
        print(f"{dropped} packets dropped by: {rule}")
        assert dropped > 0, f"nothing was dropped by: {rule}"
    finally:
        subprocess.run(in_router(sandbox, "nft", "delete", "table", "ip", table), check=True)


def among(addresses: Sequence[str]) -> str:
    """A set of addresses as nftables writes it."""
    return "{ " + ", ".join(addresses) + " }"


@contextmanager
def delaying(sandbox: Sandbox, addresses: Sequence[str], milliseconds: int) -> Iterator[None]:
    """Each packet between the addresses takes that much longer."""
    command = in_router(sandbox, sys.executable, str(Path(delay.__file__)), str(milliseconds), *addresses)
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        assert running.stdout.readline() == "ready\n"
        yield
    finally:
        running.stdin.close()
        assert running.wait(10) == 0


def connect_seconds(sandbox: Sandbox, machine: str, address: str, port: int) -> float:
    """How long it takes a machine to open a TCP connection: one round trip."""
    program = (
        "import socket, sys, time; began = time.monotonic();"
        "socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10).close(); print(time.monotonic() - began)"
    )
    return float(sandbox.on(machine, "python3", "-c", program, address, str(port)).stdout)


def unready(sandbox: Sandbox) -> list[str]:
    """Names of the nodes that are not Ready, or why the API does not tell."""
    asked = sandbox.hw("kubectl", "sandbox", "--", "get", "nodes", "-o", "json", "--request-timeout=5s", check=False)
    if asked.returncode:
        return [f"the API: {asked.stderr.strip()[-200:]}"]
    return [
        node["metadata"]["name"]
        for node in json.loads(asked.stdout)["items"]
        if not any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"]["conditions"])
    ]
