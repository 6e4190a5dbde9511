"""The product's own container runtime and kubelet work inside a machine, with this host's drop-ins only."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from hardway.artifacts.cache import is_present, unpacked_path
from hardway.artifacts.lock import load_lock
from hardway.config.load import load_environment
from hardway.machine.worker import render_worker
from sandbox.machine import Machine
from tests.cluster.machines.host import MachineHost, wait_for_cloud_init, wait_until

ROOT = Path(__file__).resolve().parents[3]
BINARIES = ("containerd", "containerd-shim-runc-v2", "ctr", "runc", "kubelet")
IMAGES = ("pause", "agnhost")
CONTAINERD = ("/etc/containerd/config.toml", "/etc/systemd/system/containerd.service")

CNI = """\
{"cniVersion": "1.0.0", "name": "test", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.99.0.0/24"}]]}}]}
"""
# Kubelet without an API server: pods from a folder, nothing else changed.
STANDALONE = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "staticPodPath": "/etc/kubernetes/manifests",
    "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
    "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": False}},
    "authorization": {"mode": "AlwaysAllow"},
    "cgroupDriver": "systemd",
    "protectKernelDefaults": True,
    "seccompDefault": True,
}
KUBELET_UNIT = """\
[Service]
Environment=PATH=/opt/hardway/bin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/opt/hardway/bin/kubelet --config=/etc/kubernetes/kubelet.yaml \
  --config-dir=/etc/kubernetes/kubelet.conf.d
"""
KERNEL = ["vm.overcommit_memory=1", "vm.panic_on_oom=0", "kernel.panic=10", "kernel.panic_on_oops=1"]


def pod(image: str) -> str:
    container = {
        "name": "web",
        "image": image,
        "imagePullPolicy": "Never",
        "args": ["netexec", "--http-port=8080"],
        "resources": {"limits": {"memory": "64Mi"}},
    }
    metadata = {"name": "web", "namespace": "default"}
    return yaml.safe_dump(
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    )


def run(machine: Machine, *argv: str) -> str:
    done = machine.run(argv, timeout=120)
    assert done.returncode == 0, f"{argv}: {done.stderr}"
    return done.stdout


def put(machine: Machine, path: str, content: str) -> None:
    target = Path(f"/proc/{machine.leader_pid}/root{path}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content)


@pytest.mark.parametrize("count", [1, 5])
def test_kubelets_run_a_pod_with_a_network(machine_host: MachineHost, count: int) -> None:
    lock = load_lock("sandbox")
    if missing := [name for name in (*BINARIES, *IMAGES) if not is_present(lock.get(name))]:
        pytest.fail(f"not in the cache: {', '.join(missing)}; run: ./hw artifacts fetch sandbox")
    config = yaml.safe_load((ROOT / "stacks/Pulumi.sandbox.yaml").read_text())["config"]
    environment = load_environment("sandbox", config, "stacks/Pulumi.sandbox.yaml")
    files = render_worker(environment, next(iter(environment.pools)), lock)

    machines = [machine_host.machine(f"m{number}", "#cloud-config\n") for number in range(count)]
    for machine in machines:
        machine.boot()
    for machine in machines:
        root = Path(f"/proc/{machine.leader_pid}/root")
        for folder, names in (
            ("opt/hardway/bin", BINARIES),
            ("opt/cni/bin", ("bridge", "host-local", "loopback")),
            ("opt/images", IMAGES),
        ):
            (root / folder).mkdir(parents=True)
            for name in names:
                shutil.copy(unpacked_path(lock.get(name)), root / folder / name)
        for path in CONTAINERD:
            put(machine, path, files[path].content)
        put(machine, "/etc/cni/net.d/10-test.conflist", CNI)
        put(machine, "/etc/kubernetes/kubelet.yaml", yaml.safe_dump(STANDALONE))
        put(machine, "/etc/kubernetes/manifests/web.yaml", pod(lock.image("agnhost")))
        put(machine, "/etc/systemd/system/kubelet.service", KUBELET_UNIT)
        wait_for_cloud_init(machine)
        run(machine, "sysctl", "-w", *KERNEL, "kernel.keys.root_maxkeys=1000000", "kernel.keys.root_maxbytes=25000000")
        run(machine, "systemctl", "start", "containerd.service")
        for image in IMAGES:
            run(machine, "ctr", "-n", "k8s.io", "images", "import", f"/opt/images/{image}")
        run(machine, "systemctl", "start", "--no-block", "kubelet.service")
    started = time.monotonic()
    for machine in machines:
        wait_until(answers(machine), 120, kubelet_log(machine))
    print(f"{count} machines: pods answer {time.monotonic() - started:.1f} s after the last kubelet started")
    groups = run(machines[0], "find", "/sys/fs/cgroup", "-name", "kubepods", "-type", "d")
    assert groups.strip(), "pods are in the machine's own control groups"


def answers(machine: Machine) -> Callable[[], bool]:
    # host-local gives the first pod the second address.
    return lambda: (
        machine.run(["curl", "-sf", "-m", "1", "http://10.99.0.2:8080/hostname"]).stdout
        == "web-" + (machine.run(["hostname"]).stdout.strip())
    )


def kubelet_log(machine: Machine) -> Callable[[], str]:
    return lambda: run(machine, "journalctl", "-u", "kubelet", "-n", "30", "-o", "cat")
