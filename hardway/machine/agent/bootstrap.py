"""Applies /etc/hardway/manifests once the local API serves: the rights that everything else stands on.

Runs on each control plane at each boot; applying what is already there changes nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import yaml

from .api import PKI, Api, Json, Refused, Unreachable, say
from .identity import LIFETIME, mint

MANIFESTS = Path("/etc/hardway/manifests")
_PAUSE_SECONDS = 0.3
_APPLY = "fieldManager=hardway&force=true"


def main() -> None:
    """Apply all manifests, or exit 1 with the reason before the identity ends."""
    os.umask(0o077)
    deadline = time.monotonic() + LIFETIME.total_seconds() - 30
    with tempfile.TemporaryDirectory(dir=os.environ["RUNTIME_DIRECTORY"]) as folder:
        certificate, key = mint(Path(folder), PKI / "kubernetes-ca.crt", PKI / "kubernetes-ca.key")
        api = Api(certificate, key, PKI / "kubernetes-ca.crt")
        pending = load(MANIFESTS)
        count, reason = len(pending), ""
        while pending:
            pending, reason = apply_all(api, pending)
            if pending and time.monotonic() > deadline:
                say(f"{len(pending)} of {count} objects are not applied: {reason}")
                sys.exit(1)
            if pending:
                time.sleep(_PAUSE_SECONDS)
    say(f"{count} objects are applied")


def load(folder: Path) -> list[Json]:
    """All objects of a folder, in the order of its files."""
    return [item for path in sorted(folder.glob("*.yaml")) for item in yaml.safe_load_all(path.read_text()) if item]


def apply_all(api: Api, items: Iterable[Json]) -> tuple[list[Json], str]:
    """Apply objects; give back those that have to wait, and why the last of them does.

    Early in the life of a cluster the API may not answer yet, and kube-system may not be there.
    """
    left, reason = [], ""
    for item in items:
        try:
            api.call("PATCH", f"{object_path(item)}?{_APPLY}", item, "application/apply-patch+yaml")
        except Unreachable as error:
            left.append(item)
            reason = f"the API does not answer: {error}"
        except Refused as error:
            left.append(item)
            reason = f"{item['kind']} {item['metadata']['name']}: {error}"
    return left, reason


def object_path(item: Json) -> str:
    """The API path of an object."""
    version = item["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    kind = item["kind"].lower()
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else kind + ("es" if kind.endswith("s") else "s")
    namespace = item["metadata"].get("namespace")
    scope = f"/namespaces/{namespace}" if namespace else ""
    return f"{root}{scope}/{plural}/{item['metadata']['name']}"


if __name__ == "__main__":
    main()
