"""User data fits where EC2 keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.machines import TYPES, user_data
from policy.rule import Resource, ResourceRule, Settings, Severity

_MAX_BYTES: Final = 16 * 1024


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    content = user_data(machine)
    if isinstance(content, bytes) and len(content) > _MAX_BYTES:
        yield f"userData has {len(content)} bytes of {_MAX_BYTES}: move files into the machine's bundle."


RULE = ResourceRule(
    name="user-data-too-large",
    what="User data has at most 16 KiB, before it is encoded.",
    why="EC2 refuses more, and only when the machine is started: amid a replacement, with the old one gone.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html",
    fix="Keep user data to finding the bundle, and put everything else into the bundle.",
    severity=Severity.HIGH,
    reference="AWS: user data is limited to 16 KB, in raw form",
    types=TYPES,
    check=_check,
)
