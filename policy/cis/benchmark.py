"""The whole benchmark: every check that rendered files decide, and the few that are answered otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.cis import control_plane, etcd, files, node
from policy.cis.check import Check, Part, Verdict
from policy.cis.machine import Machine

CHECKS: Final = tuple(
    sorted((*files.CHECKS, *control_plane.CHECKS, *etcd.CHECKS, *node.CHECKS), key=lambda check: check.number)
)
"""In the benchmark's order."""

ANSWERED_OTHERWISE: Final = {
    "1.2.11": "Seed images (DNS) are imported at boot and must run while no registry can be reached."
    " Images are named by digest instead, so none can be exchanged for another.",
    "4.2.7": "A node's name is the member's name or the instance's, which the machine learns from the metadata service;"
    " its certificate says the same, and the approver signs no other.",
}
"""Checks that are not met, on purpose: why not, and what holds instead. None of them is scored."""


def verdicts(machine: Machine, part: Part) -> Iterator[tuple[Check, Verdict]]:
    """Each check that the part of the machine's files decides, with its verdict."""
    for check in CHECKS:
        if check.part is part and machine.role in check.roles:
            yield check, check.decide(machine)
