"""What the machines of a pool do while an update waits for them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping

from hardway.cli.target import Target

_GATE = re.compile(r"::(?P<pool>pool-[a-z0-9-]+)-gate$")
_EVERY_SECONDS = 3.0


class PoolRolls:
    """The pools that are being rolled, asked about seldom: each question is a few calls of AWS's APIs."""

    def __init__(self, target: Target, variables: Mapping[str, str]) -> None:
        self._target, self._variables = target, variables
        self._asked_at = float("-inf")
        self._lines: list[str] = []

    def lines(self, running: Iterable[str]) -> list[str]:
        """One line for each pool whose gate is among the resources (URNs) in the works."""
        pools = [found["pool"] for urn in running if (found := _GATE.search(urn))]
        if not pools:
            return []
        if time.monotonic() - self._asked_at >= _EVERY_SECONDS:
            self._lines = [self._line(pool) for pool in pools]
            self._asked_at = time.monotonic()
        return self._lines

    def _line(self, pool: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        from hardway.cli.machines import client
        from hardway.pool_rollout import Pool, Stuck

        region = self._target.configuration().region
        autoscaling, ec2 = (client(service, region, self._variables) for service in ("autoscaling", "ec2"))
        group = Pool(autoscaling, ec2, f"hardway-{self._target.name}-{pool}")
        try:
            version, members = group.look()
            new = [one for one in members if one.version == version]
            joining = [f"{one.id} {group.boot(one)}" for one in new if one.state.startswith("Pending")]
        except (Stuck, ClientError, BotoCoreError) as error:
            # The update goes on, and tells itself what it cannot do without.
            return f"{pool}: {error}"
        return "; ".join([f"{pool}: {len(new)} of {len(members)} machines are new", *joining])
