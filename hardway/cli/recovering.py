"""Goes on where an update was cut off: what it was just creating is found again in the cloud and put into the state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hardway.cli.failure import Failure, Refused
from hardway.recovery.state import Adopted, known_ids, pending_creates, with_adopted

if TYPE_CHECKING:
    from hardway.cli.engine import Stack
    from hardway.cli.report import Report


def recover(stack: Stack, region: str, phases: Report) -> None:
    """Afterwards the state knows everything that interrupted updates of the stack made in that AWS region.

    The engine notes each creation before it begins, and its result afterwards. Killed in between, it only warns the
    next time, and creates once more what may exist already.
    """
    if not pending_creates(stack.deployment()):
        return
    with phases.phase(f"Recovery of {stack.name}") as phase:
        exported = stack.export()
        deployment = exported["deployment"]
        adopted = []
        for pending in pending_creates(deployment):
            phase.say(f"looking for {_named(pending)}")
            if (found := _look_for(stack, region, pending, known_ids(deployment, pending["type"]))) is not None:
                adopted.append(found)
        stack.take_back({**exported, "deployment": with_adopted(deployment, adopted)})
    names = ", ".join(_named(one.pending) for one in adopted)
    phases.note(
        f"An interrupted update of {stack.name} left {names or 'nothing'} behind{', now adopted' * bool(names)}."
    )


def _look_for(stack: Stack, region: str, pending: Mapping[str, Any], known: frozenset[str]) -> Adopted | None:
    from botocore.exceptions import BotoCoreError, ClientError

    from hardway.cli.machines import client
    from hardway.recovery.search import SEARCHED, complete, find, is_searched

    def clients(service: str) -> Any:
        return client(service, region, stack.variables)

    kind, name = pending["type"], _named(pending)
    if not is_searched(kind):
        return None
    if kind not in SEARCHED:
        raise Refused(
            f"an update of stack {stack.name} was interrupted while it created {name}, and there is no way to look for"
            " one. Nothing was touched. See in the console whether it exists and delete it, then run"
            f" pulumi refresh -s {stack.name} --clear-pending-creates."
        )
    try:
        found = set(find(kind, clients, pending["inputs"])) - known
        if len(found) == 1:
            complete(kind, clients, *found)
    except (ClientError, BotoCoreError) as error:
        raise Failure(
            f"an update of stack {stack.name} was interrupted while it created {name}, and AWS does not say whether"
            f" that exists: {error}. Nothing was touched."
        ) from error
    if len(found) > 1:
        raise Refused(
            f"an update of stack {stack.name} was interrupted while it created {name}, and there are several that may"
            f" be it: {', '.join(sorted(found))}. Nothing was touched. Delete those that nobody needs, and try again."
        )
    return Adopted(pending, found.pop()) if found else None


def _named(pending: Mapping[str, Any]) -> str:
    from hardway.cli.engine_events import short

    return short(pending["urn"])
