"""Follows workers from their arrival to their end: what their auto-scaling groups wait for, and the nodes they leave.

A new machine counts once its node is Ready. One that has to go is drained first. There is no clock here: the groups'
hooks say how long either may take, and go on by themselves afterwards.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from .api import Api, Refused, Unreachable, agent_api, say
from .drain import drain
from .groups import JOIN, Groups, Waiting
from .inventory import SETTINGS, Inventory, Unknown
from .lease import holds
from .node import read_node
from .sweeper import sweep

LEASE = "hardway-worker-lifecycle"
_PAUSE_SECONDS = 5.0
_RUNS = ("pending", "running")


class Lifecycle:
    """Attends to machines that wait, and says what changes."""

    def __init__(self, api: Api, groups: Groups, inventory: Inventory) -> None:
        self._api, self._groups, self._inventory = api, groups, inventory
        self._said: dict[str, str] = {}

    def attend(self) -> None:
        """One step for each machine that a hook holds. EC2 is asked only when there is one."""
        waiting = self._groups.waiting()
        self._said = {one.instance: self._said.get(one.instance, "") for one in waiting}
        workers = self._inventory.workers() if waiting else {}
        for one in waiting:
            node, state = workers.get(one.instance, ("", "terminated"))
            reason = self._joining(node) if one.hook == JOIN else self._leaving(node, state)
            if reason:
                self._tell(one, f"{node or one.instance} is held by {one.hook}: {reason}")
            else:
                self._groups.go_on(one)
                what = "is Ready and serves" if one.hook == JOIN else "is drained and may end"
                self._tell(one, f"{node or one.instance} ({one.instance}) {what}")

    def _joining(self, node: str) -> str:
        try:
            ready = bool(node) and read_node(self._api.get(f"/api/v1/nodes/{node}")).ready
        except Refused as error:
            if error.status != 404:
                raise
            return "it has not joined yet"
        return "" if ready else "its node is not Ready yet"

    def _leaving(self, node: str, state: str) -> str:
        left = drain(self._api, node) if node and state in _RUNS else []
        return "; ".join(left)

    def _tell(self, one: Waiting, text: str) -> None:
        if self._said.get(one.instance) != text:
            say(text)
            self._said[one.instance] = text


def main() -> None:
    """Go round for ever, on the control plane that holds the Lease; a fault is told once and tried again."""
    plan = json.loads(SETTINGS.read_text())
    api, inventory = agent_api(), Inventory()
    lifecycle = Lifecycle(api, Groups(plan["environment"]), inventory)
    duties: dict[str, Callable[[], object]] = {
        "no worker is let in or out": lifecycle.attend,
        "no node is removed": lambda: sweep(api, inventory, datetime.now(UTC)),
    }
    last: dict[str, str] = {}
    while True:
        for duty, act in duties.items():
            fault = ""
            try:
                if holds(api, LEASE, plan["member"], datetime.now(UTC)):
                    act()
            except Unknown as error:
                fault = f"{duty}: AWS cannot be asked: {error}"
            except (Unreachable, Refused) as error:
                fault = f"{duty}: {error}"
            if fault and fault != last.get(duty):
                say(fault)
            last[duty] = fault
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
