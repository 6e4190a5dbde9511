"""A place for machines to run without a region: namespaces of their own and a metadata service in each."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyroute2.netns

from sandbox.cgroups import remove_folder
from sandbox.machine import Machine, MachineSpec


def metadata(instance_id: str, user_data: str) -> dict[str, str]:
    """What the Ec2 data source reads, by path."""
    name = f"ip-{instance_id}"
    meta = {
        "instance-id": instance_id,
        "ami-id": "ami-0",
        "hostname": name,
        "local-hostname": name,
        "local-ipv4": "10.0.0.9",
        "placement/availability-zone": "eu-west-1a",
    }
    top = "\n".join(sorted({key.split("/")[0] + ("/" if "/" in key else "") for key in meta}))
    paths = {f"/2021-03-23/meta-data/{key}": value for key, value in meta.items()}
    paths |= {"/2021-03-23/meta-data/": top, "/2021-03-23/meta-data/placement/": "availability-zone"}
    paths |= {"/2021-03-23/user-data": user_data, "/2009-04-04/meta-data/instance-id": instance_id}
    identity = "/2021-03-23/dynamic/instance-identity"
    return paths | {identity: "document", f"{identity}/document": json.dumps({"region": "eu-west-1"})}


def serve_metadata(namespace: str, paths: dict[str, str]) -> ThreadingHTTPServer:
    """A metadata service at its usual address inside the namespace; `shutdown()` ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self._answer("token")

        def do_GET(self) -> None:
            if self.headers.get("X-aws-ec2-metadata-token") != "token":
                self.send_error(401)
                return
            self._answer(paths.get(self.path) or paths.get(self.path + "/"))

        def _answer(self, body: str | None) -> None:
            self.send_response(200 if body is not None else 404)
            data = (body or "").encode()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    made: list[ThreadingHTTPServer] = []

    def serve() -> None:
        # A namespace is a thread's own: the socket made here stays in it.
        pyroute2.netns.setns(namespace)
        made.append(ThreadingHTTPServer(("169.254.169.254", 80), Handler))
        ready.set()
        made[0].serve_forever()

    ready = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    assert ready.wait(10)
    return made[0]


class MachineHost:
    """Makes machines, each with a namespace and a metadata service, and removes all of them."""

    def __init__(self, folder: Path, layers: tuple[Path, ...]) -> None:
        self.folder = folder
        self.layers = layers
        self.prefix = f"hw{os.getpid() % 65536:04x}"
        self.machines: list[Machine] = []
        self._servers: list[ThreadingHTTPServer] = []

    def machine(self, name: str, user_data: str, memory_mib: int = 2048) -> Machine:
        namespace = f"{self.prefix}-{name}"
        subprocess.run(["ip", "netns", "add", namespace], check=True)
        for command in ("link set lo up", "addr add 169.254.169.254/32 dev lo"):
            subprocess.run(["ip", "-n", namespace, *command.split()], check=True)
        instance = f"i-{self.prefix}{name}"
        self._servers.append(serve_metadata(namespace, metadata(instance, user_data)))
        spec = MachineSpec(
            instance_id=instance,
            name=name,
            namespace=namespace,
            directory=self.folder / instance,
            layers=self.layers,
            memory_mib=memory_mib,
            vcpus=2,
        )
        self.machines.append(Machine(spec))
        return self.machines[-1]

    def close(self) -> None:
        for machine in self.machines:
            if machine.spec.directory.exists():
                machine.destroy()
            subprocess.run(["ip", "netns", "del", machine.spec.namespace], check=True)
        for server in self._servers:
            server.shutdown()
            server.server_close()
        remove_folder(f"hardway-{self.prefix.removeprefix('hw')}")


def wait_until(true: Callable[[], bool], seconds: float, reason: Callable[[], str]) -> None:
    """It has come true; at the deadline the test fails with what `reason` finds out."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {reason()}"
        time.sleep(0.05)


def wait_for_cloud_init(machine: Machine) -> None:
    """Cloud-init has done all that the machine's user data asks for."""
    done = ["systemctl", "is-active", "--quiet", "cloud-init.target"]
    wait_until(lambda: machine.run(done).returncode == 0, 60, machine.console)
