"""Certificates of machines are renewed by their epoch: others are served afterwards, and nobody notices."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.control_planes import ControlPlanes
from tests.cluster import workers
from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.stack_file import edited, up
from tests.cluster.test_certificates import SERVERS, served
from tests.cluster.test_replacement import asking

pytestmark = by_command

MEMBERS = ("control-plane-1", "control-plane-2", "control-plane-3")
GROUPS = ("etcd", "control_plane")
"""Nothing of workers: the app is asked from one of them, which must stay."""
PORTS = [port for server, port in SERVERS.items() if server != "kubelet"]
"""Of what the program makes; kubelets renew what they serve by themselves."""


@pytest.fixture
def whole(sandbox: Sandbox) -> Iterator[None]:
    """Five Ready nodes and an app with two pods, before and after; at the end, of the stack file as it is."""
    yield
    up(sandbox)
    ControlPlanes(sandbox.environment).await_whole(300)


@pytest.mark.usefixtures("whole")
def test_another_epoch_renews_without_an_outage(
    sandbox: Sandbox, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    before = {name: served(sandbox, name, *PORTS) for name in MEMBERS}
    edit = edited(tmp_path, lambda config: config.update({"hardway:pki": {"epochs": dict.fromkeys(GROUPS, 2)}}))
    worker = min(workers.ready_nodes(sandbox))
    with asking("/livez") as api, workers.asking(sandbox, worker) as app:
        began = time.monotonic()
        up(sandbox, edit)
        took = time.monotonic() - began
    after = {name: served(sandbox, name, *PORTS) for name in MEMBERS}
    facts = {
        "seconds": round(took),
        "API asked": api.asked,
        "API failures": len(api.failures),
        "app asked": app.sent,
        "app failures": len(app.failures),
    }
    print(json.dumps(facts))
    record_property("renewed_by_epoch", facts)
    for name in MEMBERS:
        for port in PORTS:
            assert after[name][port][0] != before[name][port][0], f"{name}:{port} serves its old certificate"
            assert after[name][port][1] > before[name][port][1], "it ends later"
    assert api.failures == []
    assert app.failures == []
