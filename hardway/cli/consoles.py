"""What machines say while somebody waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hardway.cli.failure import Failure
from hardway.cli.report import Phase

if TYPE_CHECKING:
    from hardway.cli.machines import Machine

_AFTER_SECONDS = 5.0
_EVERY_SECONDS = 3.0


class RestoreDue(Failure):
    """No control plane has data, so that waiting any longer is in vain until a backup is restored."""


class Consoles:
    """The machines' boot states, asked for seldom: each question costs an API call per machine."""

    def __init__(self, environment: str, region: str, variables: Any, *, slow: bool) -> None:
        self._environment, self._region, self._variables = environment, region, variables
        self._every = _EVERY_SECONDS * (10 if slow else 1)
        self._read_at = 0.0
        self._lines: list[str] = []

    def lines(self, phase: Phase) -> list[str]:
        """One line per machine, at most some seconds old; nothing in the first seconds of a wait. Or RestoreDue."""
        if phase.seconds >= _AFTER_SECONDS and time.monotonic() - self._read_at >= self._every:
            self._lines, self._read_at = self.read(), time.monotonic()
        return self._lines

    def read(self) -> list[str]:
        """One line per machine, now."""
        from hardway.cli.machines import client, machines

        found = machines(client("ec2", self._region, self._variables), self._environment)
        if (due := restore_due(found, self._environment)) is not None:
            raise RestoreDue(due)
        return [f"{machine.name} {machine.address} {machine.state}: {machine.boot}" for machine in found]


def restore_due(found: Sequence[Machine], environment: str) -> str | None:
    """What to do if no control plane has data; None if one has, or may have."""
    members = [machine for machine in found if machine.role == "control-plane"]
    if not members or not all(machine.awaits_restore for machine in members):
        return None
    return (
        f"every etcd volume of {environment} is empty, and its cluster has existed: no control plane begins another"
        f" one by itself. All {len(members)} wait for a backup. See which there are: ./hw backups {environment}."
        f" Restore the newest: ./hw restore {environment}. Then run ./hw up {environment} again for what comes after."
    )


@contextmanager
def explained_by(consoles: Consoles, env: str) -> Iterator[None]:
    """A failure inside goes on with what each machine's boot said last: that tells why, more often than not."""
    try:
        yield
    except RestoreDue:
        raise
    except Failure as failure:
        machines = "\n  ".join(consoles.read()) or "there are no machines"
        raise Failure(
            f"{failure}\nWhat the machines said last:\n  {machines}\n"
            f"Look closer: ./hw status {env}, ./hw logs MACHINE --env {env}."
        ) from failure
