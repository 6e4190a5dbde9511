"""A disk is full: one message says so, nothing is lost, and there is no hand needed but for the room."""

from __future__ import annotations

import base64
import json
import time

from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.test_network_trouble import all_ready_within

pytestmark = by_command

MEMBER = "control-plane-2"
FILL = """
free=$(df --output=avail -k /var/lib/etcd | tail -n 1)
fallocate -l $((free - 2048))K /var/lib/etcd/filler
systemctl restart --no-block etcd.service
"""
GIVE_ROOM = "rm -f /var/lib/etcd/filler"
ETCDCTL = (
    *("/opt/hardway/bin/etcdctl", "--endpoints=https://127.0.0.1:2379", "--cacert=/etc/etcd/pki/ca.crt"),
    *("--cert=/etc/etcd/pki/client.crt", "--key=/etc/etcd/pki/client.key", "--consistency=s"),
    *("get", "--prefix", "--keys-only", "--write-out=json", "/registry/configmaps/default/"),
)
SHORT = """
file=/etc/kubernetes/kubelet.conf.d/99-test.conf
printf '%s\\n' 'apiVersion: kubelet.config.k8s.io/v1beta1' 'kind: KubeletConfiguration' \
  'evictionHard: {nodefs.available: 95%, imagefs.available: 1%, memory.available: 50Mi}' \
  'evictionPressureTransitionPeriod: 5s' >$file
systemctl restart kubelet
"""
AMPLE = "rm -f /etc/kubernetes/kubelet.conf.d/99-test.conf; systemctl restart kubelet"


def wait_for_words(sandbox: Sandbox, words: str, seconds: float) -> None:
    """`./hw status` says it, and that all is not well."""
    end = time.monotonic() + seconds
    while True:
        said = sandbox.hw("status", "sandbox", check=False)
        if words in said.stdout:
            assert said.returncode == 1
            return
        assert time.monotonic() < end, said.stdout
        time.sleep(1)


def test_the_volume_of_an_etcd_member_is_full(sandbox: Sandbox) -> None:
    """The others take writes meanwhile. With room it goes on by itself, and has what it missed."""
    sandbox.kubectl("create", "configmap", "before", "-n", "default", "--from-literal=word=before")
    try:
        sandbox.on(MEMBER, "bash", "-c", FILL)
        wait_for_words(sandbox, "data-volume failed: etcd's volume is full: ", 60)
        sandbox.kubectl("create", "configmap", "meanwhile", "-n", "default", "--from-literal=word=meanwhile")
        sandbox.on(MEMBER, "bash", "-c", GIVE_ROOM)
        took = all_ready_within(sandbox, 120)
        print(f"all well {took:.1f} s after there was room")
        assert "data-volume done" in sandbox.hw("status", "sandbox").stdout
        found = json.loads(sandbox.on(MEMBER, *ETCDCTL).stdout)
        held = {base64.b64decode(one["key"]).decode().rpartition("/")[2] for one in found["kvs"]}
        assert {"before", "meanwhile"} <= held, "its own copy, which it had to catch up"
    finally:
        sandbox.on(MEMBER, "bash", "-c", GIVE_ROOM)
        sandbox.kubectl("delete", "configmap", "before", "meanwhile", "-n", "default", "--ignore-not-found")


def test_the_root_disk_of_a_worker_is_as_good_as_full(sandbox: Sandbox) -> None:
    """As kubelet sees it: this computer's own disk must not be filled, so the limit is put where the disk is."""
    pod = sandbox.objects("pods", "-n", "demo")[0]
    worker = pod["spec"]["nodeName"]
    try:
        sandbox.on(worker, "bash", "-c", SHORT)
        wait_for_words(sandbox, f"node {worker} is short of something: ", 120)
    finally:
        sandbox.on(worker, "bash", "-c", AMPLE)
    print(f"all well {all_ready_within(sandbox, 120):.1f} s after there was room")
    end = time.monotonic() + 180
    while sandbox.hw("status", "sandbox", check=False).returncode != 0 or running(sandbox) < 2:
        assert time.monotonic() < end, sandbox.hw("status", "sandbox", check=False).stdout
        time.sleep(1)
    names = {
        one["metadata"]["name"] for one in sandbox.objects("pods", "-n", "demo", "--field-selector=status.phase=Failed")
    }
    if names:
        sandbox.kubectl("delete", "pod", "-n", "demo", *names)


def running(sandbox: Sandbox) -> int:
    """How many of the demo's pods are Ready."""
    return sum(
        any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", ()))
        for pod in sandbox.objects("pods", "-n", "demo")
    )
