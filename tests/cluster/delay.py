"""Delays packets in the network namespace that it runs in: `python3 delay.py MILLISECONDS ADDRESS...` as root.

What one of the addresses sends to another one takes a detour through a TUN device, where this program keeps each packet
for that long. (A kernel with sch_netem does it with one command; not every kernel has it.) Says `ready` once it does
so, and undoes everything when its input ends.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque

DEVICE, MARK, TABLE = "delay0", "0x51", "51"
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def detour(addresses: list[str]) -> str:
    """The ruleset that marks what goes between the addresses. What comes out of the device is not marked again."""
    both = "{ " + ", ".join(addresses) + " }"
    return f"""
table ip delay
delete table ip delay
table ip delay {{
  chain detour {{
    type filter hook prerouting priority mangle;
    iifname != "{DEVICE}" ip saddr {both} ip daddr {both} meta mark set {MARK}
  }}
}}
"""


def carry(tun: int, seconds: float) -> None:
    """Keep every packet for that long, until the input ends."""
    waiting: deque[tuple[float, bytes]] = deque()
    while True:
        left = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([tun, sys.stdin], [], [], left)
        if tun in readable:
            waiting.append((time.monotonic() + seconds, os.read(tun, 65535)))
        elif sys.stdin in readable:
            return
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(tun, waiting.popleft()[1])


def main() -> None:
    """Delay until the input ends."""
    seconds, addresses = int(sys.argv[1]) / 1000, sys.argv[2:]
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", DEVICE.encode(), _IFF_TUN | _IFF_NO_PI))
    lines = (
        f"link set {DEVICE} up\nroute add default dev {DEVICE} table {TABLE}\nrule add fwmark {MARK} lookup {TABLE}\n"
    )
    try:
        subprocess.run(["ip", "-batch", "-"], input=lines, text=True, check=True)
        subprocess.run(["nft", "-f", "-"], input=detour(addresses), text=True, check=True)
        print("ready", flush=True)
        carry(tun, seconds)
    finally:
        subprocess.run(["nft", "delete", "table", "ip", "delay"], check=False)
        subprocess.run(["ip", "rule", "del", "fwmark", MARK], check=False)


if __name__ == "__main__":
    main()
