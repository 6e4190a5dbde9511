"""`./hw up sandbox` ends with a cluster that works."""

from __future__ import annotations

from tests.cluster.conftest import Sandbox
from tests.cluster.demo import pods_apart


def test_five_nodes_are_ready_in_the_planned_version(sandbox: Sandbox) -> None:
    nodes = sandbox.objects("nodes")
    assert len(nodes) == 5
    for node in nodes:
        conditions = {one["type"]: one["status"] for one in node["status"]["conditions"]}
        assert conditions["Ready"] == "True", node["metadata"]["name"]
        assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.36.3"
    named = {node["metadata"]["name"] for node in nodes if node["metadata"]["name"].startswith("control-plane-")}
    assert named == {"control-plane-1", "control-plane-2", "control-plane-3"}


def test_the_summary_says_where_and_how_long(sandbox: Sandbox) -> None:
    assert sandbox.summary["api"] == "https://api.sandbox.hardway.internal:6443"
    assert len(sandbox.summary["nodes"]) == 5
    assert sandbox.summary["total_seconds"] >= max(sandbox.summary["seconds"].values())


def test_control_planes_refuse_ordinary_pods(sandbox: Sandbox) -> None:
    for node in sandbox.objects("nodes"):
        taints = {taint["key"] for taint in node["spec"].get("taints", [])}
        is_control_plane = node["metadata"]["name"].startswith("control-plane-")
        assert ("node-role.kubernetes.io/control-plane" in taints) == is_control_plane


def test_the_app_answers_from_every_node_by_address_and_by_name(sandbox: Sandbox) -> None:
    """Two replicas on two nodes; each node reaches both through the Service, by its address and by its name."""
    pods = pods_apart(sandbox)
    replicas = {pod["metadata"]["name"] for pod in pods}
    address = sandbox.kubectl("get", "service", "demo", "-n", "demo", "-o", "jsonpath={.spec.clusterIP}")
    resolver = sandbox.kubectl("get", "service", "kube-dns", "-n", "kube-system", "-o", "jsonpath={.spec.clusterIP}")
    for node in sandbox.objects("nodes"):
        machine = node["metadata"]["name"]
        answers = set()
        for _ in range(24):
            answers.add(sandbox.on(machine, "curl", "-sS", "-m", "5", f"http://{address}/hostname").stdout.strip())
            if answers == replicas:
                break
        assert answers == replicas, machine
        query = _ask_dns(resolver, "demo.demo.svc.cluster.local")
        assert sandbox.on(machine, "python3", "-c", query).stdout.split() == [address], machine


def test_every_control_plane_serves_the_api_and_is_a_healthy_etcd_member(sandbox: Sandbox) -> None:
    for name in ("control-plane-1", "control-plane-2", "control-plane-3"):
        ready = sandbox.on(name, "curl", "-sS", "-k", "https://127.0.0.1:6443/readyz").stdout
        assert ready == "ok", name
    members = sandbox.on(
        "control-plane-2",
        "/opt/hardway/bin/etcdctl",
        "--endpoints=https://127.0.0.1:2379",
        "--cacert=/etc/etcd/pki/ca.crt",
        "--cert=/etc/etcd/pki/client.crt",
        "--key=/etc/etcd/pki/client.key",
        "endpoint",
        "health",
        "--cluster",
    )
    assert (members.stdout + members.stderr).count("is healthy") == 3


def test_secrets_are_encrypted_in_etcd(sandbox: Sandbox) -> None:
    sandbox.kubectl("create", "secret", "generic", "canary", "-n", "default", "--from-literal=word=chrysalis")
    raw = sandbox.on(
        "control-plane-1",
        "/opt/hardway/bin/etcdctl",
        "--endpoints=https://127.0.0.1:2379",
        "--cacert=/etc/etcd/pki/ca.crt",
        "--cert=/etc/etcd/pki/client.crt",
        "--key=/etc/etcd/pki/client.key",
        "get",
        "/registry/secrets/default/canary",
        "--print-value-only",
        "--hex",
    ).stdout
    assert b"k8s:enc:secretbox" in _unhex(raw)
    assert b"chrysalis" not in _unhex(raw)


def test_kubelets_serve_with_certificates_of_the_cluster(sandbox: Sandbox) -> None:
    """The API server verifies kubelets: logs can be read from every node only if each serves an approved one."""
    for pod in sandbox.objects("pods", "-n", "demo"):
        sandbox.kubectl("logs", "-n", "demo", pod["metadata"]["name"])
    requests = sandbox.objects("certificatesigningrequests")
    serving = [one for one in requests if one["spec"]["signerName"] == "kubernetes.io/kubelet-serving"]
    assert {one["spec"]["username"].removeprefix("system:node:") for one in serving} >= {
        node["metadata"]["name"] for node in sandbox.objects("nodes")
    }


def _unhex(text: str) -> bytes:
    """Bytes of etcdctl's \\x.. notation."""
    return bytes.fromhex(text.strip().replace("\\x", ""))


def _ask_dns(server: str, name: str) -> str:
    """A program that asks a name server for a name's address, on what a stock image has."""
    labels = "".join(f"bytes([{len(label)}]) + b'{label}' + " for label in name.split("."))
    return (
        "import socket\n"
        f"question = {labels}b'\\0\\0\\1\\0\\1'\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.settimeout(5)\n"
        f"s.sendto(b'\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0' + question, ('{server}', 53))\n"
        "answer = s.recv(512)\n"
        "print(socket.inet_ntoa(answer[-4:]))\n"
    )
