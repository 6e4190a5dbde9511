"""The host's own view of the region's names: a marked block in /etc/hosts."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.view import View

HOSTS = Path("/etc/hosts")


def entries(view: View) -> list[str]:
    """`address name` for each alias record of a private zone that leads to a load balancer."""
    balancers = {balancer.dns_name: balancer.addresses for balancer in view.balancers}
    return [
        f"{address} {record.name}"
        for record in view.records
        for address in balancers.get(record.alias, ())
        if record.type == "A"
    ]


def with_block(text: str, marker: str, lines: list[str]) -> str:
    """The file's text with this marker's block replaced; no lines, no block."""
    begin, end = f"# begin {marker}\n", f"# end {marker}\n"
    text = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", "", text, flags=re.DOTALL)
    if not lines:
        return text
    if text and not text.endswith("\n"):
        text += "\n"
    return text + begin + "".join(f"{line}\n" for line in lines) + end


def write(marker: str, lines: list[str]) -> None:
    """Bring the block up to date; the file is written in place, as it may be a mount of its own."""
    before = HOSTS.read_text()
    after = with_block(before, marker, lines)
    if after != before:
        HOSTS.write_text(after)
