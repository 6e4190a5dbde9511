"""Which changes are held back, and the names that release them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from hardway.config.compatibility import minor_of
from hardway.config.support import end_of_life
from hardway.config.versions import Versions
from hardway.report.danger import kind_of
from hardway.report.model import Operation, Report, ResourceChange
from hardway.report.wording import name_text

_VERBS: Final[Mapping[Operation, str]] = {
    Operation.DELETE: "delete",
    Operation.FORGET: "delete",
    Operation.REPLACE: "replace",
}


@dataclass(frozen=True)
class Guard:
    """One kind of thing that is not lost by accident."""

    at_most: int
    """How many may go at once without a release."""
    why: str


GUARDS: Final[Mapping[str, Guard]] = {
    "control plane": Guard(
        1, "each is drained of its clients and waited for in turn, and two that fail of three are the end of the quorum"
    ),
    "data volume": Guard(0, "what is on it cannot be had back but from a backup"),
    "certificate authority": Guard(0, "nobody trusts anybody until every machine and every client has the new one"),
    "namespace": Guard(0, "everything in it goes, too"),
    "persistent volume": Guard(0, "what is on it cannot be had back but from a backup"),
    "encryption key": Guard(0, "nothing that it encrypted can be read any more"),
    "bucket": Guard(0, "what is in it goes, too"),
}
"""By what a resource is to an operator: see hardway.report.danger."""

MANY: Final = "delete:many"
END_OF_LIFE: Final = "run:end-of-life"


@dataclass(frozen=True)
class Gate:
    """One reason to hold an update back."""

    name: str
    """What releases it: `replace:control-plane`."""
    what: str
    """What would happen to which resources."""
    why: str


def names() -> tuple[str, ...]:
    """Every name that a release may have."""
    things = (f"{verb}:{_slug(kind)}" for kind in GUARDS for verb in sorted(set(_VERBS.values())))
    return (*things, MANY, END_OF_LIFE)


def gates(report: Report, *, deletes: int) -> tuple[Gate, ...]:
    """The gates that the changes of a report come to; `deletes` is how many resources may go at once."""
    lost = [change for _, change in report.changes(*_VERBS) if not change.component]
    found = [gate for kind, guard in GUARDS.items() for gate in _of_kind(kind, guard, lost)]
    deleted = [change for change in lost if _VERBS[change.operation] == "delete"]
    if len(deleted) > deletes:
        why = f"more than {deletes} at once are often a mistake; the number is hardway:gates.deletes in the stack file"
        found.append(Gate(MANY, f"{len(deleted)} resources are deleted: {_names(deleted)}", why))
    return tuple(found)


def version_gates(versions: Versions, today: date) -> tuple[Gate, ...]:
    """The gate of versions that nobody mends any more."""
    found = []
    for component, version in versions:
        last_day = end_of_life(component, version)
        if last_day is not None and today > last_day:
            what = f"{component} {minor_of(version)} is past its end of life since {last_day}"
            found.append(Gate(END_OF_LIFE, what, "the next hole in it is mended for everybody else"))
    return tuple(found)


def _of_kind(kind: str, guard: Guard, lost: Iterable[ResourceChange]) -> Iterator[Gate]:
    concerned = [change for change in lost if kind_of(change) == kind]
    if len(concerned) <= guard.at_most:
        return
    for verb, done in (("replace", "replaced"), ("delete", "deleted")):
        these = [change for change in concerned if _VERBS[change.operation] == verb]
        if these:
            count = f"{len(these)} {kind}s are" if len(these) > 1 else f"a {kind} is"
            yield Gate(f"{verb}:{_slug(kind)}", f"{count} {done}: {_names(these)}", guard.why)


def _names(changes: Iterable[ResourceChange], most: int = 6) -> str:
    found = sorted({name_text(change.urn) for change in changes})
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def _slug(kind: str) -> str:
    return kind.replace(" ", "-")
