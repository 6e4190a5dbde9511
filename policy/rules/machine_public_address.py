"""No machine asks for an address on the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from policy.machines import TYPES
from policy.provider_values import blocks, is_on
from policy.rule import Resource, ResourceRule, Settings, Severity

_ASKS = "associatePublicIpAddress"


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    if is_on(machine.at(_ASKS)):
        yield f"{_ASKS} is true: leave associate_public_ip_address out, or set it to false."
    for interface in blocks(machine.at("networkInterfaces", default=())):
        if is_on(interface.get(_ASKS)):
            yield f"networkInterfaces.{_ASKS} is true: leave associate_public_ip_address out, or set it to false."


RULE = ResourceRule(
    name="machine-public-address",
    what="No machine, and no template of machines, asks for a public address.",
    why="With an address of its own a machine is one wrong rule away from the Internet, and needs none: what it fetches"
    " comes through endpoints or NAT.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
    fix="Leave associate_public_ip_address out.",
    severity=Severity.HIGH,
    reference="AWS Security Hub: EC2.9, EC2.25",
    types=TYPES,
    check=_check,
)
