"""What a report says beside its changes: what they were judged and priced by, and what holds them back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from hardway.cli.gating import gates_of, notes_on
from hardway.cli.policy import deviations
from hardway.cli.target import Target

if TYPE_CHECKING:
    from hardway.report.model import Report


def remarks(target: Target, report: Report, releases: Collection[str]) -> tuple[str, ...]:
    """Each of them; none where nothing changes."""
    from hardway.report.cost import why_unpriced

    if not report.changed:
        return ()
    unpriced = why_unpriced(report.stacks)
    held = notes_on(gates_of(target, report), releases)
    return (*_judged_by(target, report), *([unpriced] if unpriced else []), *held)


def _judged_by(target: Target, report: Report) -> Iterator[str]:
    """What else but the rules decides what the policies find."""
    if any(stack.changed and not stack.policy_packs for stack in report.stacks if stack.succeeded):
        yield "Not judged by the policies."
    elif changed := deviations(target):
        yield f"policy/config/{target.name}.json changes what is asked of it: {', '.join(changed)}."
