"""Certificates are renewed before they end, and what is looked at is the one that is served."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cluster.conftest import Sandbox, by_command
from tests.cluster.test_identity import REQUEST, as_kubelet
from tests.cluster.trouble import unready

REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
SERVERS = {"kube-apiserver": 6443, "etcd": 2379, "etcd-peer": 2380, "kubelet": 10250}
SERVED = """
import json, ssl, sys
print(json.dumps({port: ssl.get_server_certificate((sys.argv[1], int(port))) for port in sys.argv[2:]}))
"""
UNIT = "/etc/systemd/system/kube-controller-manager.service"
SHORT = f"""
cp -n {UNIT} /run/kept.service
sed -i 's/--cluster-signing-duration=[^ ]*/--cluster-signing-duration=2m/' {UNIT}
grep -q signing-duration=2m {UNIT}
systemctl daemon-reload && systemctl restart kube-controller-manager
"""
AS_BEFORE = f"""
[ ! -e /run/kept.service ] || cat /run/kept.service >{UNIT}
rm -f /run/kept.service
systemctl daemon-reload && systemctl restart kube-controller-manager
"""
CURRENT = "/var/lib/kubelet/pki/kubelet-client-current.pem"
INSTALL = f"""
set -eu
{{ base64 -d <<<"$0"; cat /run/intruder.key; }} >/var/lib/kubelet/pki/kubelet-client-short.pem
chmod 600 /var/lib/kubelet/pki/kubelet-client-short.pem
ln -sfn /var/lib/kubelet/pki/kubelet-client-short.pem {CURRENT}
rm /var/lib/kubelet/pki/kubelet-server-current.pem
systemctl restart kubelet
"""
IN_ITS_PLACE = """
set -eu
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=in-its-place -days 1 \
  -keyout /run/short.key -out /run/short.crt 2>/dev/null
systemctl stop kubelet
openssl s_server -accept "$0:10250" -key /run/short.key -cert /run/short.crt -quiet </dev/null >/dev/null 2>&1 &
sleep 1
systemctl start certificate-expiry.service
kill $!
"""


@pytest.fixture
def worker(sandbox: Sandbox) -> str:
    """Name of a worker's node."""
    return str(sandbox.objects("nodes", "-l", "hardway.dev/role=worker")[0]["metadata"]["name"])


def nodes(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """What `./hw status` tells of each node."""
    said = json.loads(sandbox.hw("status", "sandbox", "--json", check=False).stdout)
    return {node["name"]: node for node in said["nodes"]}


def certificate(sandbox: Sandbox, machine: str, text: str) -> tuple[str, datetime]:
    """Serial number and end of a certificate."""
    said = sandbox.on(machine, "bash", "-c", 'openssl x509 -noout -serial -enddate <<<"$0"', text).stdout.splitlines()
    end = datetime.strptime(said[1].removeprefix("notAfter="), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    return said[0], end


def served(sandbox: Sandbox, machine: str, *ports: int) -> dict[int, tuple[str, datetime]]:
    """Serial number and end of what a machine serves, as a client on it sees them."""
    node = json.loads(sandbox.kubectl("get", "node", machine, "-o", "json"))
    address = next(one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP")
    said = json.loads(sandbox.on(machine, "python3", "-c", SERVED, address, *map(str, ports)).stdout)
    return {int(port): certificate(sandbox, machine, text) for port, text in said.items()}


def test_status_tells_when_what_is_served_ends(sandbox: Sandbox, worker: str) -> None:
    for machine, servers in (("control-plane-1", SERVERS), (worker, {"kubelet": SERVERS["kubelet"]})):
        sandbox.on(machine, "systemctl", "start", "certificate-expiry.service")
        seen = served(sandbox, machine, *servers.values())
        expected = {server: f"{seen[port][1]:%Y-%m-%dT%H:%M:%SZ}" for server, port in servers.items()}
        assert nodes(sandbox)[machine]["certificates"] == expected
    assert "first certificate to end: certificate of kubelet" in sandbox.hw("status", "sandbox").stdout


def test_status_tells_of_what_is_served_and_not_of_a_file(sandbox: Sandbox, worker: str) -> None:
    """Another server stands in kubelet's place for a moment; kubelet's own files are as they were."""
    address = nodes(sandbox)[worker]["address"]
    try:
        sandbox.on(worker, "bash", "-c", IN_ITS_PLACE, address)
        said = sandbox.hw("status", "sandbox", check=False).stdout
        assert f"certificate of kubelet on {worker} ends" in said
        assert "it should have been renewed by itself" in said
    finally:
        sandbox.on(worker, "systemctl", "start", "kubelet", "certificate-expiry.service")
    assert "it should have been renewed by itself" not in sandbox.hw("status", "sandbox", check=False).stdout


@pytest.fixture
def short_lived(sandbox: Sandbox) -> Iterator[None]:
    """The cluster signs for two minutes."""
    members = [machine["member"] for machine in sandbox.machines() if machine["member"]]
    try:
        for member in members:
            sandbox.on(member, "bash", "-c", SHORT)
        yield
    finally:
        for member in members:
            sandbox.on(member, "bash", "-c", AS_BEFORE)


def issued(sandbox: Sandbox, node: str) -> str:
    """A client certificate (base64) that a kubelet asks for, as it does to renew its own."""
    request = sandbox.on(node, "bash", "-c", REQUEST, f"/O=system:nodes/CN=system:node:{node}", "").stdout.strip()
    spec = {
        "request": request,
        "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
        "usages": ["digital signature", "client auth"],
    }
    kind = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    made = as_kubelet(sandbox, node, "POST", REQUESTS, {**kind, "metadata": {"generateName": "short-"}, "spec": spec})
    end = time.monotonic() + 60
    while True:
        got = json.loads(sandbox.kubectl("get", "csr", made["metadata"]["name"], "-o", "json"))["status"]
        if "certificate" in got:
            return str(got["certificate"])
        assert time.monotonic() < end, got
        time.sleep(1)


@by_command
@pytest.mark.usefixtures("short_lived")
def test_a_kubelet_renews_both_of_its_certificates_by_itself(sandbox: Sandbox, worker: str) -> None:
    """It gets ones that live two minutes, and is Ready all the time until it has others."""
    kept = sandbox.on(worker, "readlink", CURRENT).stdout.strip()
    began = time.monotonic()
    try:
        text = issued(sandbox, worker)
        first_client, ends = certificate(sandbox, worker, base64.b64decode(text).decode())
        assert ends - datetime.now(UTC) < timedelta(minutes=3)
        sandbox.on(worker, "bash", "-c", INSTALL, text)
        end = time.monotonic() + 60
        while not (first := first_served(sandbox, worker)) or first[1] - datetime.now(UTC) > timedelta(minutes=3):
            assert time.monotonic() < end, first
            time.sleep(1)
        seen: set[str] = set()
        end = time.monotonic() + 240
        while True:
            seen.update(unready(sandbox))
            client = certificate(sandbox, worker, sandbox.on(worker, "cat", CURRENT).stdout)[0]
            serving = first_served(sandbox, worker)
            if client != first_client and serving and serving[0] != first[0]:
                break
            assert time.monotonic() < end, "not renewed"
            time.sleep(3)
        print(f"both renewed {time.monotonic() - began:.0f} s after the first was asked for")
        assert seen == set()
    except BaseException:
        sandbox.on(worker, "ln", "-sfn", kept, CURRENT)
        sandbox.on(worker, "systemctl", "restart", "kubelet")
        raise


def first_served(sandbox: Sandbox, machine: str) -> tuple[str, datetime] | None:
    """What kubelet serves; None while it serves nothing."""
    try:
        return served(sandbox, machine, SERVERS["kubelet"])[SERVERS["kubelet"]]
    except pytest.fail.Exception:
        return None


@by_command
def test_the_renewed_ones_live_long_again(sandbox: Sandbox, worker: str) -> None:
    """After the test before this one: its last short-lived certificates are followed by ordinary ones."""
    end = time.monotonic() + 240
    while True:
        client = certificate(sandbox, worker, sandbox.on(worker, "cat", CURRENT).stdout)
        serving = first_served(sandbox, worker)
        if serving and min(client[1], serving[1]) - datetime.now(UTC) > timedelta(days=1):
            break
        assert time.monotonic() < end, (client, serving)
        time.sleep(3)
    assert unready(sandbox) == []
