"""How far a machine's boot got, as it says on its console; see `report.sh` in hardway/machine/templates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

FAILED_SECONDS: Final = 90.0
"""How long a boot says that it failed until it is believed: it tries again by itself, every few seconds."""

_BOOT = re.compile(r"hardway-boot: step=(?P<step>\S+) state=(?P<state>\S+)(?: reason=(?P<reason>.*))?")


@dataclass(frozen=True)
class Boot:
    """The last line that a machine's boot wrote to its console."""

    step: str = ""
    state: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """As one would say it."""
        if not self.state:
            return "has said nothing yet"
        return f"{self.step} {self.state}" + (f": {self.reason}" if self.reason else "")


def last_boot(console: str) -> Boot:
    """The newest boot line of a console; what failed counts until a later attempt comes further than that.

    A boot that failed tries again every few seconds, from its first step on: seen in the midst of it, it is no better.
    """
    lines = [Boot(found["step"], found["state"], (found["reason"] or "").strip()) for found in _BOOT.finditer(console)]
    if not lines:
        return Boot()
    newest = lines[-1]
    if newest.state == "running":
        attempts = lines[_last(lines, "done") + 1 :]
        failed = _last(attempts, "failed")
        before, after = attempts[: failed + 1], attempts[failed + 1 :]
        if before and {each.step for each in after} <= {each.step for each in before}:
            return before[-1]
    return newest


def last_restore(console: str) -> Boot:
    """What the machine's etcd said last of a restore; other steps of its boot go on beside that."""
    lines = [Boot(found["step"], found["state"], (found["reason"] or "").strip()) for found in _BOOT.finditer(console)]
    return next((line for line in reversed(lines) if line.step == "restore"), Boot())


def awaits_restore(console: str) -> bool:
    """Whether its etcd waits for the order to restore a backup: its disk is empty, and no other member answers."""
    return last_restore(console).state == "waiting"


def _last(lines: list[Boot], state: str) -> int:
    """The place of the newest line with that state, or -1."""
    return max((place for place, each in enumerate(lines) if each.state == state), default=-1)


def console(ec2: Any, instance_id: str) -> str:
    """The console's output up to now; from before Nitro, machines have one that may be minutes old."""
    from botocore.exceptions import ClientError

    try:
        answer = ec2.get_console_output(InstanceId=instance_id, Latest=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UnsupportedOperation":
            raise
        answer = ec2.get_console_output(InstanceId=instance_id)
    return str(answer.get("Output") or "")
