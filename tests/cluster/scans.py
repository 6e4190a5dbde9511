"""Scans from machines and from pods: what of an address can be reached."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.cluster import syn_scan
from tests.cluster.conftest import Sandbox

_ARRIVED = f"""
table ip arrived
delete table ip arrived
table ip arrived {{
  set ports {{ type inet_service; flags dynamic; size 65535; }}
  chain in {{
    type filter hook prerouting priority raw - 10;
    udp sport {syn_scan.SOURCE_PORT} add @ports {{ udp dport }}
  }}
}}
"""
_SEND_UDP = f"""
import socket, sys
wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
wire.bind(("0.0.0.0", {syn_scan.SOURCE_PORT}))
for port in range(1, 65536):
    try:
        wire.sendto(b"?", (sys.argv[1], port))
    except OSError:
        pass  # a refusal of what was sent before
"""


def tcp(sandbox: Sandbox, machine: str, *targets: str, prefix: Sequence[str] = ()) -> dict[str, set[int]]:
    """TCP ports of each address that answer a machine, or what `prefix` runs as on it."""
    program = Path(syn_scan.__file__).read_text()
    said = sandbox.on(machine, *prefix, "python3", "-c", program, *targets).stdout
    return {target: set(ports) for target, ports in json.loads(said).items()}


def udp(sandbox: Sandbox, machine: str, target: str, address: str) -> set[int]:
    """UDP ports at which something arrives on the machine `target`, whose address that is, from another machine."""
    sandbox.on(target, "nft", _ARRIVED)
    try:
        sandbox.on(machine, "python3", "-c", _SEND_UDP, address)
        listed = json.loads(sandbox.on(target, "nft", "-j", "list", "set", "ip", "arrived", "ports").stdout)
    finally:
        sandbox.on(target, "nft", "delete", "table", "ip", "arrived")
    (found,) = (item["set"] for item in listed["nftables"] if "set" in item)
    return set(found.get("elem", ()))


def pod_namespace(sandbox: Sandbox, machine: str, address: str) -> tuple[str, ...]:
    """What runs a program of the machine in the network of the pod with that address."""
    script = 'for f in /run/netns/*; do nsenter --net=$f ip -br addr show eth0 | grep -qF " $0/" && echo $f; done; true'
    (found,) = sandbox.on(machine, "bash", "-c", script, address).stdout.split()
    return ("nsenter", f"--net={found}")
