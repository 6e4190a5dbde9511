"""Who reaches what: the table in docs/reference/ports.md from every side, and what pods and workers are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hardway.ports import FLOWS, HTTPS_PORT, MACHINES_ONLY, POD_TARGETS, Role
from tests.cluster import scans
from tests.cluster.conftest import Sandbox


@dataclass(frozen=True)
class Place:
    """A machine, or a pod on it, from which is tried what can be reached."""

    role: Role
    machine: str
    address: str
    overlay: tuple[str, str]
    """The machine's own addresses in the overlay: of the bridge and of flannel's interface."""


@pytest.fixture(scope="module")
def places(sandbox: Sandbox) -> dict[Role, list[Place]]:
    """Two machines of each role."""
    found: dict[Role, list[Place]] = {"control-plane": [], "worker": []}
    for node in sandbox.objects("nodes"):
        role: Role = "control-plane" if node["metadata"]["labels"]["hardway.dev/role"] == "control-plane" else "worker"
        address = next(one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP")
        network = node["spec"]["podCIDR"].removesuffix(".0/24")
        place = Place(role, node["metadata"]["name"], address, (f"{network}.1", f"{network}.0"))
        found[role].append(place)
    return found


@pytest.fixture(scope="module")
def pods(sandbox: Sandbox, places: dict[Role, list[Place]]) -> Iterator[dict[Role, tuple[str, ...]]]:
    """A pod on the first machine of each role: what runs a program of the machine in the pod's network."""
    image = pause_image(sandbox, places["control-plane"][0].machine)
    for role, (place, *_) in places.items():
        overrides = {"spec": {"nodeName": place.machine, "tolerations": [{"operator": "Exists"}]}}
        name = f"isolated-{role}"
        sandbox.kubectl(
            "run",
            name,
            "-n",
            "default",
            f"--image={image}",
            "--image-pull-policy=Never",
            f"--overrides={json.dumps(overrides)}",
        )
    try:
        found: dict[Role, tuple[str, ...]] = {}
        for role, (place, *_) in places.items():
            sandbox.kubectl(
                "wait", "pod", f"isolated-{role}", "-n", "default", "--for=condition=Ready", "--timeout=120s"
            )
            address = sandbox.kubectl(
                "get", "pod", f"isolated-{role}", "-n", "default", "-o", "jsonpath={.status.podIP}"
            )
            found[role] = scans.pod_namespace(sandbox, place.machine, address)
        yield found
    finally:
        for role in places:
            sandbox.kubectl("delete", "pod", f"isolated-{role}", "-n", "default", "--now")


def pause_image(sandbox: Sandbox, node: str) -> str:
    """The image that every machine has."""
    images = json.loads(sandbox.kubectl("get", "node", node, "-o", "json"))["status"]["images"]
    return str(next(name for image in images for name in image["names"] if "/pause:" in name))


def documented(source: Role, target: Role, protocol: str) -> set[int]:
    """The ports that the table opens."""
    return {
        port
        for flow in FLOWS
        if (flow.source, flow.target, flow.protocol) == (source, target, protocol)
        for port in range(flow.first_port, flow.last_port + 1)
    }


def resolved(sandbox: Sandbox, machine: str, name: str) -> str:
    """The first address of a name, as a machine finds it."""
    return sandbox.on(machine, "getent", "ahostsv4", name).stdout.split()[0]


@pytest.mark.parametrize("source", ["control-plane", "worker"])
def test_exactly_the_documented_tcp_ports_are_open(
    sandbox: Sandbox, places: dict[Role, list[Place]], source: Role
) -> None:
    """All 65535 of every other role. A refusal counts as open: whoever listens there next would be reached."""
    here, *_ = places[source]
    api = sandbox.summary["api"]["url"] if isinstance(sandbox.summary["api"], dict) else sandbox.summary["api"]
    addresses: dict[Role, str] = {
        "control-plane": places["control-plane"][1].address,
        "worker": places["worker"][1].address,
        "api": resolved(sandbox, here.machine, api.split("//")[1].split(":")[0]),
        "endpoint": resolved(sandbox, here.machine, "secretsmanager.eu-central-1.amazonaws.com"),
    }
    bucket = resolved(sandbox, here.machine, "s3.eu-central-1.amazonaws.com")
    found = scans.tcp(sandbox, here.machine, *addresses.values(), bucket)
    assert found.pop(bucket) == {HTTPS_PORT}
    expected = {address: documented(source, target, "tcp") for target, address in addresses.items()}
    assert found == expected


@pytest.mark.parametrize("source", ["control-plane", "worker"])
def test_exactly_the_documented_udp_ports_are_open(
    sandbox: Sandbox, places: dict[Role, list[Place]], source: Role
) -> None:
    """Between machines, where it can be seen what arrives."""
    for target in places:
        there = places[target][1]
        arrived = scans.udp(sandbox, places[source][0].machine, there.machine, there.address)
        assert arrived == documented(source, target, "udp"), f"{source} to {target}"


@pytest.mark.parametrize("source", ["control-plane", "worker"])
def test_the_overlay_is_no_way_around_the_security_groups(
    sandbox: Sandbox, places: dict[Role, list[Place]], source: Role
) -> None:
    """Wrapped in VXLAN, packets pass the groups unseen; a machine takes none that are for itself."""
    targets = [places[target][1].overlay[0] for target in places]
    found = scans.tcp(sandbox, places[source][0].machine, *targets)
    assert found == {target: set() for target in targets}


@pytest.mark.parametrize("role", ["control-plane", "worker"])
def test_a_pod_reaches_of_its_own_machine_what_is_meant_for_pods(
    sandbox: Sandbox, places: dict[Role, list[Place]], pods: dict[Role, tuple[str, ...]], role: Role
) -> None:
    """At each of the machine's addresses: kubelet listens on all of them."""
    here = places[role][0]
    addresses = (here.address, *here.overlay)
    found = scans.tcp(sandbox, here.machine, *addresses, prefix=pods[role])
    assert found == {address: set(POD_TARGETS[role]) for address in addresses}


@pytest.mark.parametrize("role", ["control-plane", "worker"])
def test_a_pod_reaches_no_kubelet_and_no_etcd(
    sandbox: Sandbox, places: dict[Role, list[Place]], pods: dict[Role, tuple[str, ...]], role: Role
) -> None:
    """Under the address of a control plane, too. That it reaches the API there shows that the question arrives."""
    here = places[role][0]
    ports = [port for span in MACHINES_ONLY for port in range(span[0], span[1] + 1)]
    kubelets = [(place.address, ports[-1]) for places_of in places.values() for place in places_of if place != here]
    etcd = [(place.address, port) for place in places["control-plane"] if place != here for port in ports[:-1]]
    api = (places["control-plane"][1].address, POD_TARGETS["control-plane"][0])
    assert connects(sandbox, here.machine, pods[role], [*kubelets, *etcd, api]) == [api]


@pytest.mark.parametrize("role", ["control-plane", "worker"])
def test_a_pod_gets_nothing_from_the_metadata_service(
    sandbox: Sandbox, places: dict[Role, list[Place]], pods: dict[Role, tuple[str, ...]], role: Role
) -> None:
    ask = ("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "3", "-X", "PUT")
    header = ("-H", "X-aws-ec2-metadata-token-ttl-seconds: 60", "http://169.254.169.254/latest/api/token")
    machine = places[role][0].machine
    assert sandbox.on(machine, *ask, *header).stdout == "200"
    assert sandbox.on(machine, *pods[role], *ask, *header, check=False).stdout == "000"


def connects(
    sandbox: Sandbox, machine: str, prefix: tuple[str, ...], wanted: list[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Which of the wanted addresses and ports take a connection, or refuse one."""
    program = """
import json, socket, sys
def reached(address, port):
    try:
        socket.create_connection((address, port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True
print(json.dumps([one for one in json.loads(sys.argv[1]) if reached(*one)]))
"""
    said = sandbox.on(machine, *prefix, "python3", "-c", program, json.dumps(wanted)).stdout
    return [(address, port) for address, port in json.loads(said)]
