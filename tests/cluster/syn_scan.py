"""A port scan that runs on a machine, on what its stock image has: `python3 syn_scan.py ADDRESS...` as root.

Prints `{address: [port, ...]}` of all TCP ports from which something came back, a refusal included: what a firewall
drops says nothing. It sends one bare SYN to each of the 65535 ports. That is what a full connect would begin with,
without 65535 sockets; and without as many entries in the machine's connection tracking, which real traffic needs.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import subprocess
import sys
import time

SOURCE_PORT = 61000  # above the range from which the kernel takes ports for others
QUIET_SECONDS = 1.5
UNTRACKED = f"""
table ip syn-scan
delete table ip syn-scan
table ip syn-scan {{
  chain out {{ type filter hook output priority raw; meta l4proto {{ tcp, udp }} th sport {SOURCE_PORT} notrack; }}
  chain in {{ type filter hook prerouting priority raw; meta l4proto {{ tcp, udp }} th dport {SOURCE_PORT} notrack; }}
}}
"""


def own_address(target: str) -> str:
    """The address from which this machine sends to a target."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((target, 9))
        return str(probe.getsockname()[0])


def answering(target: str) -> list[int]:
    """Every TCP port of a target that answers a SYN, with whatever."""
    source, destination = socket.inet_aton(own_address(target)), socket.inet_aton(target)
    wire = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    # Only what comes from there is delivered here; the machine has much other traffic.
    wire.connect((target, 0))
    found: set[int] = set()
    pseudo = source + destination + struct.pack("!BBH", 0, socket.IPPROTO_TCP, 20)
    for port in range(1, 65536):
        header = struct.pack("!HHIIBBHHH", SOURCE_PORT, port, 1, 0, 5 << 4, 2, 64240, 0, 0)
        wire.send(header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:])
        if port % 64 == 0:
            collect(wire, found, 0)
    end = time.monotonic() + QUIET_SECONDS
    while (left := end - time.monotonic()) > 0:
        collect(wire, found, left)
    wire.close()
    return sorted(found)


def collect(wire: socket.socket, found: set[int], seconds: float) -> None:
    """Take what has come back; wait at most that long for the first of it."""
    while select.select([wire], [], [], seconds)[0]:
        packet = wire.recv(65535)
        start = (packet[0] & 15) * 4
        sender, receiver = struct.unpack_from("!HH", packet, start)
        if receiver == SOURCE_PORT:
            found.add(sender)
        seconds = 0


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of bytes."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def main() -> None:
    """Scan every address that is named."""
    subprocess.run(["nft", "-f", "-"], input=UNTRACKED, text=True, check=True)
    try:
        print(json.dumps({target: answering(target) for target in sys.argv[1:]}))
    finally:
        subprocess.run(["nft", "delete", "table", "ip", "syn-scan"], check=True)


if __name__ == "__main__":
    main()
