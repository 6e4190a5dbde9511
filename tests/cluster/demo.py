"""The demo app of the sandbox, as tests need it."""

from __future__ import annotations

import time
from typing import Any

from tests.cluster.conftest import Sandbox


def pods_apart(sandbox: Sandbox, seconds: float = 180) -> list[dict[str, Any]]:
    """Its two pods, on two nodes: after a worker was lost or replaced, both may have come to lie on one."""
    end = time.monotonic() + seconds
    while True:
        found = [pod for pod in sandbox.objects("pods", "-n", "demo") if "deletionTimestamp" not in pod["metadata"]]
        ready = [
            pod
            for pod in found
            if any((one["type"], one["status"]) == ("Ready", "True") for one in pod["status"].get("conditions", []))
        ]
        nodes = {pod["spec"]["nodeName"] for pod in ready}
        if len(ready) == len(nodes) == 2:
            return ready
        assert time.monotonic() < end, f"{len(ready)} pods of the demo are ready, on {sorted(nodes)}"
        if len(ready) == 2:
            # Its replacement is placed by the same constraint, and finds the other node empty.
            sandbox.kubectl("delete", "pod", "-n", "demo", ready[0]["metadata"]["name"])
        time.sleep(1)
