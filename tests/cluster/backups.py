"""Backups of the sandbox's etcd, as tests need them: taken now, and objects that they hold."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import zstandard

from bench.api_entries import connection
from hardway.artifacts.cache import unpacked_path
from hardway.artifacts.lock import load_lock
from hardway.backups.catalogue import latest
from hardway.backups.documents import Latest
from tests.cluster.conftest import Sandbox
from tests.cluster.workers import client

BUCKET = "hardway-sandbox-backups"
MEMBERS = ("control-plane-1", "control-plane-2", "control-plane-3")
NAMESPACE = "to-be-restored"
_PATH = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
_AT_ONCE = 8


def newest(sandbox: Sandbox) -> Latest:
    """What the pointer to the newest backup says."""
    return latest(client(sandbox, "s3"), BUCKET, "sandbox")


def back_up(sandbox: Sandbox, seconds: float = 240) -> Latest:
    """The newest backup, taken after this was asked for. A machine that booted just now does not begin yet."""
    began = datetime.now(UTC).replace(microsecond=0)
    end = time.monotonic() + seconds
    while True:
        for member in MEMBERS:
            sandbox.on(member, "systemctl", "start", "etcd-backup.service")
        try:
            found = newest(sandbox)
        except Exception as error:
            problem = str(error)
        else:
            # One that the timer began before may end now.
            if found.taken_at >= began:
                return found
            problem = f"the newest is of {found.taken_at}"
        assert time.monotonic() < end, f"no backup since {began}: {problem}"
        time.sleep(2)


def forge(sandbox: Sandbox, change: Callable[[dict[str, Any]], None]) -> str:
    """Key of a copy of the newest backup whose manifest is another; the pointer names it until the next backup."""
    s3, newest_one = client(sandbox, "s3"), newest(sandbox)
    body, forged = s3.get_object(Bucket=BUCKET, Key=newest_one.key)["Body"].read(), io.BytesIO()
    key = newest_one.key.replace(".tar", "1.tar")
    with tarfile.open(fileobj=io.BytesIO(body)) as old, tarfile.open(fileobj=forged, mode="w") as new:
        for member in old.getmembers():
            part: Any = old.extractfile(member)
            content = part.read()
            if member.name.endswith("manifest.json"):
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest, separators=(",", ":")).encode() + b"\n"
                pointer = json.dumps({"key": key, **manifest}, separators=(",", ":")).encode() + b"\n"
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    s3.put_object(Bucket=BUCKET, Key=key, Body=forged.getvalue())
    s3.put_object(Bucket=BUCKET, Key="etcd/latest/sandbox.json", Body=pointer)
    return key


def fill(kubeconfig: Path, count: int, size: int) -> None:
    """So many ConfigMaps of so many bytes, each with text that nothing packs well, in a namespace of their own."""

    async def make() -> None:
        limit = asyncio.Semaphore(_AT_ONCE)
        async with httpx.AsyncClient(**connection(kubeconfig)) as api:
            made = await api.post("/api/v1/namespaces", json={"metadata": {"name": NAMESPACE}}, timeout=30)
            assert made.status_code in (httpx.codes.CREATED, httpx.codes.CONFLICT), made.text

            async def one(number: int) -> None:
                async with limit:
                    body = {"metadata": {"name": f"filling-{number}"}, "data": {"text": _text(number, size)}}
                    answer = await api.post(_PATH, json=body, timeout=60)
                    assert answer.status_code == httpx.codes.CREATED, answer.text[:500]

            await asyncio.gather(*(one(number) for number in range(count)))

    asyncio.run(make())


def _text(number: int, size: int) -> str:
    words = (hashlib.sha256(f"{number} {place}".encode()).hexdigest() for place in range(size // 64 + 1))
    return "".join(words)[:size]


def versions(kubeconfig: Path) -> dict[str, tuple[str, str, str]]:
    """By name of each ConfigMap there its uid, its resource version and a hash of what it holds."""
    with httpx.Client(**connection(kubeconfig)) as api:
        found: dict[str, tuple[str, str, str]] = {}
        token = ""
        while True:
            answer = api.get(_PATH, params={"limit": 200, "continue": token}, timeout=60)
            answer.raise_for_status()
            listed = answer.json()
            for item in listed["items"]:
                of = item["metadata"]
                content = hashlib.sha256(json.dumps(item["data"], sort_keys=True).encode()).hexdigest()
                found[of["name"]] = (of["uid"], of["resourceVersion"], content)
            token = listed["metadata"].get("continue", "")
            if not token:
                return found


def remove(kubeconfig: Path) -> None:
    """The namespace is on its way out."""
    with httpx.Client(**connection(kubeconfig)) as api:
        api.delete(f"/api/v1/namespaces/{NAMESPACE}", timeout=60)


def bare_restore(sandbox: Sandbox, key: str, folder: Path) -> dict[str, float]:
    """Seconds that a bare `etcdutl snapshot restore` of that snapshot takes on this computer, and its bytes."""
    body = client(sandbox, "s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        packed: Any = tar.extractfile(next(name for name in tar.getnames() if name.endswith("snapshot.db.zst")))
        snapshot = folder / "snapshot.db"
        with snapshot.open("wb") as target:
            zstandard.ZstdDecompressor().copy_stream(packed, target)
    etcdutl = unpacked_path(load_lock("sandbox").get("etcdutl"))
    began = time.monotonic()
    flags = ["--data-dir", str(folder / "data"), "--bump-revision", "1000000000", "--mark-compacted"]
    subprocess.run([etcdutl, "snapshot", "restore", str(snapshot), *flags], check=True, capture_output=True)
    return {"seconds": round(time.monotonic() - began, 2), "bytes": snapshot.stat().st_size}
