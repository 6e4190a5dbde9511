"""A report in a few lines, for those who are about to do what it tells."""

from __future__ import annotations

from typing import Final

from hardway.report import totals, wording
from hardway.report.danger import is_dangerous
from hardway.report.model import Report, ResourceChange

_MOST: Final = 12
"""Changes that are named."""


def summary(report: Report) -> str:
    """The headline, the counts, each thing that goes and why, the cost; plain text without a last line end."""
    lines = [f"{report.environment}: {totals.headline(report)}"]
    lines.append(f"  {totals.counts_text(totals.total_counts(report.stacks))}")
    lost = [change for _, change in report.changes() if is_dangerous(change) and not change.component]
    lines += [f"  {_line(change)}" for change in lost[:_MOST]]
    if len(lost) > _MOST:
        lines.append(f"  … and {len(lost) - _MOST} more")
    findings = [finding for stack in report.stacks for finding in stack.findings if finding.mandatory]
    lines += [f"  {wording.visible(finding.rule)}: {wording.visible(finding.message)}" for finding in findings[:_MOST]]
    if report.cost is not None and report.cost.lines:
        lines.append(f"  {totals.cost_text(report.cost)}")
    return "\n".join(lines)


def _line(change: ResourceChange) -> str:
    why = ", ".join(wording.visible(each.path) for each in change.forcing) or wording.visible(change.because)
    marks = ", ".join(wording.marks(change))
    words = f"{wording.SYMBOLS[change.operation]} {wording.VERBS[change.operation]} {wording.label(change.urn)}"
    return words + (f" ({marks})" if marks else "") + (f" because {why}" if why else "")
