"""Three etcd members on this computer's loopback, with etcd's own defaults: what the platform's figures stand beside.

The binary is the environment's own, the data is in memory as the sandbox's volumes are.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import httpx

from bench.append_history import Found

MEMBERS = ("one", "two", "three")
_FIRST_PORT = 32379
_PREFIX = "append/"
_START_SECONDS = 30.0


class BareEtcd:
    """A cluster of three members, from `start` to `stop`."""

    def __init__(self, binary: Path) -> None:
        """Nothing runs yet."""
        self._binary = binary
        self._folder = Path(tempfile.mkdtemp(prefix="bare-etcd-", dir="/dev/shm"))
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """All members run and have a leader."""
        for member in MEMBERS:
            self._start(member)
        end = time.monotonic() + _START_SECONDS
        while self.leader() is None:
            if time.monotonic() > end:
                raise RuntimeError(f"three members have no leader after {_START_SECONDS:.0f} s; see {self._folder}")
            time.sleep(0.1)

    def _start(self, member: str) -> None:
        peers = ",".join(f"{name}={_url(name, peer=True)}" for name in MEMBERS)
        with (self._folder / f"{member}.log").open("ab") as log:
            self._running[member] = subprocess.Popen(
                [
                    str(self._binary),
                    f"--name={member}",
                    f"--data-dir={self._folder / member}",
                    f"--listen-client-urls={client_url(member)}",
                    f"--advertise-client-urls={client_url(member)}",
                    f"--listen-peer-urls={_url(member, peer=True)}",
                    f"--initial-advertise-peer-urls={_url(member, peer=True)}",
                    f"--initial-cluster={peers}",
                ],
                stdout=log,
                stderr=log,
                # As the platform's unit has it.
                preexec_fn=lambda: os.nice(-10) if os.geteuid() == 0 else None,
            )

    def leader(self) -> str | None:
        """The member that leads, if any says so."""
        for member in self._running:
            status = _ask(member, "maintenance/status")
            if status and status.get("leader") and status["leader"] == status["header"]["member_id"]:
                return member
        return None

    def kill(self, member: str) -> None:
        """SIGKILL it; its data stays."""
        process = self._running.pop(member)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Nothing runs and nothing is left."""
        for member in list(self._running):
            self.kill(member)
        shutil.rmtree(self._folder)


class EtcdStore:
    """Entries as keys of etcd, through each member in turn."""

    async def open(self) -> None:
        """Connections are made when needed."""
        self._turns = itertools.cycle(MEMBERS)
        self._client = httpx.AsyncClient(trust_env=False, timeout=None)

    async def append(self, entry: str) -> int:
        """Under a key that no other attempt has."""
        key = f"{_PREFIX}{uuid.uuid4().hex}"
        answer = await self._client.post(
            f"{client_url(next(self._turns))}/v3/kv/put", json={"key": _encoded(key), "value": _encoded(entry)}
        )
        answer.raise_for_status()
        return int(answer.json()["header"]["revision"])

    async def found(self) -> list[Found]:
        """Everything under the prefix, from whoever answers."""
        wanted = {"key": _encoded(_PREFIX), "range_end": _encoded(_PREFIX[:-1] + chr(ord(_PREFIX[-1]) + 1))}
        for member in MEMBERS:
            try:
                answer = await self._client.post(f"{client_url(member)}/v3/kv/range", json=wanted, timeout=10)
                answer.raise_for_status()
            except httpx.HTTPError:
                continue
            return [
                Found(entry=base64.b64decode(pair["value"]).decode(), revision=int(pair["mod_revision"]))
                for pair in answer.json().get("kvs", [])
            ]
        raise RuntimeError("no etcd member answers a read")

    async def close(self) -> None:
        """Close connections."""
        await self._client.aclose()


def client_url(member: str) -> str:
    """Where clients ask that member."""
    return _url(member, peer=False)


def _url(member: str, *, peer: bool) -> str:
    return f"http://127.0.0.1:{_FIRST_PORT + 2 * MEMBERS.index(member) + peer}"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _ask(member: str, path: str) -> dict[str, Any] | None:
    question = urllib.request.Request(f"{client_url(member)}/v3/{path}", data=b"{}", method="POST")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(question, timeout=2) as answer:
            said: dict[str, Any] = json.load(answer)
            return said
    except OSError:
        return None
