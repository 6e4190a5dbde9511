"""What machines ask the region's router for, seen in the router itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.namespaces import run_inside
from sandbox.paths import RegionDirectory
from tests.cluster.conftest import Sandbox

_KEY = "ip saddr . ip daddr . meta l4proto . th dport"
_FIELDS = "ipv4_addr . ipv4_addr . inet_proto . inet_service"
_RECORDER = f"""
table ip recorder
delete table ip recorder
table ip recorder {{
  set asked {{ type {_FIELDS}; flags dynamic; size 65535; counter; }}
  set passed {{ type {_FIELDS}; flags dynamic; size 65535; counter; }}
  set strange {{ type ipv4_addr . ipv4_addr . inet_proto; flags dynamic; size 65535; }}
  # Before the region's rules, whose priority is -150 and 0, and after them.
  chain before {{
    type filter hook prerouting priority -160;
    iifname "m-*" ct state new meta l4proto {{ tcp, udp }} update @asked {{ {_KEY} }}
    iifname "m-*" ct state new meta l4proto != {{ tcp, udp }} add @strange {{ ip saddr . ip daddr . meta l4proto }}
  }}
  chain forwarded {{
    type filter hook forward priority 10;
    iifname "m-*" ct state new meta l4proto {{ tcp, udp }} update @passed {{ {_KEY} }}
  }}
  chain taken {{
    type filter hook input priority 10;
    iifname "m-*" ct state new meta l4proto {{ tcp, udp }} update @passed {{ {_KEY} }}
  }}
}}
"""


@dataclass(frozen=True, order=True)
class Asked:
    """A kind of traffic that a machine began."""

    source: str
    target: str
    protocol: str
    port: int


@dataclass
class Record:
    """Packets that began something, by what they asked for; filled when the recording ends."""

    asked: dict[Asked, int] = field(default_factory=dict)
    passed: dict[Asked, int] = field(default_factory=dict)
    strange: set[tuple[str, str, str]] = field(default_factory=set)
    """Source, target and protocol of what is neither TCP nor UDP."""

    def refused(self) -> dict[Asked, int]:
        """What the router dropped, at least in part."""
        left = {asked: count - self.passed.get(asked, 0) for asked, count in self.asked.items()}
        return {asked: count for asked, count in left.items() if count > 0}


@contextmanager
def recording(sandbox: Sandbox) -> Iterator[Record]:
    """Everything that any machine begins while the block runs."""
    record = Record()
    _nft(sandbox, "-f", "-", given=_RECORDER)
    try:
        yield record
        record.asked.update(_flows(sandbox, "asked"))
        record.passed.update(_flows(sandbox, "passed"))
        record.strange.update(tuple(element["concat"]) for element in _elements(sandbox, "strange"))
    finally:
        _nft(sandbox, "delete", "table", "ip", "recorder")


def _flows(sandbox: Sandbox, name: str) -> dict[Asked, int]:
    found = {}
    for element in _elements(sandbox, name):
        source, target, protocol, port = element["elem"]["val"]["concat"]
        found[Asked(source, target, str(protocol), int(port))] = int(element["elem"]["counter"]["packets"])
    return found


def _elements(sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    listed = json.loads(_nft(sandbox, "-j", "list", "set", "ip", "recorder", name))
    (found,) = (item["set"] for item in listed["nftables"] if "set" in item)
    elements: list[dict[str, Any]] = found.get("elem", [])
    return elements


def _nft(sandbox: Sandbox, *arguments: str, given: str = "") -> str:
    command = run_inside(RegionDirectory(sandbox.directory).router, ["nft", *arguments])
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
