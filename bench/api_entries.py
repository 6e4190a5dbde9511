"""Entries as ConfigMaps of a cluster, written and read through the API's DNS name as any client does."""

from __future__ import annotations

import base64
import ssl
import tempfile
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.append_history import Found

NAMESPACE = "append-load"
_PAGE = 500


def connection(kubeconfig: Path) -> dict[str, Any]:
    """What an httpx client needs to talk to the cluster as the operator."""
    document = yaml.safe_load(kubeconfig.read_text())
    cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
    trust = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile(suffix=".pem") as identity:
        for key in ("client-certificate-data", "client-key-data"):
            identity.write(base64.b64decode(user[key]))
        identity.flush()
        trust.load_cert_chain(identity.name)
    return {"base_url": cluster["server"], "verify": trust, "trust_env": False, "timeout": None}


class ApiEntries:
    """Each entry is a ConfigMap whose name the API server makes up, in a namespace that goes when this is closed."""

    def __init__(self, kubeconfig: Path) -> None:
        """The cluster is not asked before `open`."""
        self._connection = connection(kubeconfig)

    async def open(self) -> None:
        """The namespace exists and holds no entry."""
        self._client = httpx.AsyncClient(**self._connection)
        made = await self._client.post("/api/v1/namespaces", json={"metadata": {"name": NAMESPACE}}, timeout=30)
        if made.status_code != httpx.codes.CONFLICT:
            made.raise_for_status()
        (await self._client.delete(self._path, timeout=120)).raise_for_status()

    async def append(self, entry: str) -> int:
        """The resource version that the API server answers with."""
        answer = await self._client.post(
            self._path, json={"metadata": {"generateName": "entry-"}, "data": {"entry": entry}}
        )
        if answer.status_code != httpx.codes.CREATED:
            raise RuntimeError(f"{answer.status_code}: {_message(answer)}")
        return int(answer.json()["metadata"]["resourceVersion"])

    async def found(self) -> list[Found]:
        """All of them, as one consistent list."""
        held: list[Found] = []
        token = ""
        while True:
            query = {"limit": str(_PAGE), "continue": token}
            answer = await self._client.get(self._path, params=query, timeout=60)
            answer.raise_for_status()
            page = answer.json()
            held += [
                Found(entry=item["data"]["entry"], revision=int(item["metadata"]["resourceVersion"]))
                for item in page["items"]
                if "entry" in item.get("data", {})
            ]
            token = page["metadata"].get("continue", "")
            if not token:
                return held

    async def close(self) -> None:
        """Entries and connections are gone."""
        await self._client.delete(self._path, timeout=120)
        await self._client.delete(f"/api/v1/namespaces/{NAMESPACE}", timeout=30)
        await self._client.aclose()

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{NAMESPACE}/configmaps"


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("message", ""))
    except ValueError:
        return answer.text[:100]
