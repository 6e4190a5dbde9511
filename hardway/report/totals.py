"""What all reports say of the whole: the worst that would happen, counts, and what it costs. Not escaped yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from hardway.report.danger import is_dangerous
from hardway.report.model import CostChange, Operation, Report, StackPreview
from hardway.report.wording import visible

_THIRD_PERSON: Final[Mapping[Operation, str]] = {
    Operation.DELETE: "deletes",
    Operation.REPLACE: "replaces",
    Operation.FORGET: "forgets",
}


def counts_text(counts: Mapping[str, int]) -> str:
    """`2 to replace, 8 to update, 260 stay`, in the engine's own numbers."""
    words = {
        "delete": "to delete",
        "replace": "to replace",
        "update": "to update",
        "create": "to create",
        "import": "to import",
        "same": "unchanged",
    }
    named = [f"{counts[name]} {word}" for name, word in words.items() if counts.get(name)]
    others = [f"{count} {visible(name)}" for name, count in counts.items() if name not in words and count]
    return ", ".join(named + others) or "nothing"


def total_counts(stacks: Iterable[StackPreview]) -> dict[str, int]:
    """The counts of all stacks together."""
    total: Counter[str] = Counter()
    for stack in stacks:
        total.update(stack.counts)
    return dict(total)


def headline(report: Report) -> str:
    """One sentence: the worst that would happen."""
    mandatory = sum(finding.mandatory for stack in report.stacks for finding in stack.findings)
    if mandatory:
        return "1 policy finding stops this" if mandatory == 1 else f"{mandatory} policy findings stop this"
    if not report.succeeded:
        return "The preview failed"
    lost = Counter(change.operation for _, change in report.changes(*_THIRD_PERSON) if not change.component)
    if lost:
        parts = [f"{_THIRD_PERSON[each]} {lost[each]}" for each in _THIRD_PERSON if lost[each]]
        return " and ".join(parts).capitalize() + (" resource" if lost.total() == 1 else " resources")
    if any(is_dangerous(change) for _, change in report.changes()):
        return "Replaces the machines of a pool"
    if not report.changed:
        drifted = sum(len(stack.drift) for stack in report.stacks)
        if drifted:
            return f"{drifted} {'resource differs' if drifted == 1 else 'resources differ'} in the cloud from the state"
        return "Nothing changes"
    return "Nothing is deleted or replaced"


def money(usd: float) -> str:
    """`+12.30 USD`, with a sign."""
    return f"{usd:+,.2f} USD"


def cost_text(cost: CostChange) -> str:
    """The estimated change of the monthly bill in one sentence."""
    if not cost.lines:
        return f"No priced resource changes; about {cost.new_usd:,.2f} USD a month."
    return f"{money(cost.change_usd)} a month, from about {cost.old_usd:,.2f} to {cost.new_usd:,.2f} USD."


def pricing_text(cost: CostChange) -> str:
    """Where the prices come from, and what is assumed."""
    return f"{cost.source}, {cost.region}, as of {cost.dated}. " + " ".join(cost.assumptions)
