"""No list of networks hides the whole Internet from those who read security groups."""

from __future__ import annotations

from collections.abc import Iterator

from policy.address_ranges import is_anywhere
from policy.provider_values import blocks
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for entry in [resource.properties, *blocks(resource.at("entries", default=()))]:
        cidr = entry.get("cidr")
        if isinstance(cidr, str) and is_anywhere(cidr):
            yield f"{cidr} is in the list: name the networks that are meant."


RULE = ResourceRule(
    name="prefix-list-open-to-world",
    what="No managed prefix list has the whole Internet in it.",
    why="A rule that names the list shows neither its reviewer nor the other rules here whom it lets in.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
    fix="Take the entry out, and name the networks that are meant.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 5.2, 5.3",
    types=(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    ),
    check=_check,
)
