"""A report as the comment of a pull request: Markdown as GitHub and Gitea read it, within their limits."""

from __future__ import annotations

from typing import Final

from hardway.report import totals, wording
from hardway.report.danger import is_dangerous
from hardway.report.fitting import Section, fit
from hardway.report.markdown_blocks import created, findings, no_drift, output, resource, unknown
from hardway.report.markdown_text import code, cut, fence, fold, prose
from hardway.report.model import CostChange, Operation, Report, StackPreview
from hardway.report.shown import Shown

LIMIT_BYTES: Final = 65_536 - 1_024
"""GitHub refuses comments of more than 65,536 characters; some are for whoever posts it. Gitea takes more."""

_MOST_SAYINGS: Final = 10
_MOST_PRICES: Final = 10


def render(report: Report, *, limit: int = LIMIT_BYTES) -> str:
    """The report in at most `limit` bytes. What there is no room for is left out by resource, the least dangerous
    ones first, and counted."""
    shown = Shown()
    sections: list[Section] = []
    for stack in report.stacks:
        sections += _sections(stack, shown, f" in {code(stack.stack)}" if len(report.stacks) > 1 else "")
    tail = [_cost(report.cost)] if report.cost and report.cost.differs else []
    return fit(_head(report), sections, "\n\n".join(tail), limit)


def _head(report: Report) -> str:
    facts = [totals.counts_text(totals.total_counts(report.stacks))]
    if report.cost is not None and report.cost.lines:
        facts.append(f"{totals.money(report.cost.change_usd)} a month")
    if report.seconds is not None:
        facts.append(f"{report.seconds:.1f} s")
    lines = [f"### {code(report.environment)}: {totals.headline(report)}", " · ".join(facts)]
    lines += [prose(said) for said in (report.basis, *report.notes) if said]
    said = [(stack, each) for stack in report.stacks for each in stack.diagnostics]
    for _, each in said[:_MOST_SAYINGS]:
        where = f" of {code(wording.label(each.urn))}" if each.urn and "::pulumi:pulumi:Stack::" not in each.urn else ""
        lines.append(f"**{prose(each.severity)}**{where}\n\n{fence(cut(each.message).splitlines(), 'text')}")
    if len(said) > _MOST_SAYINGS:
        lines.append(f"… and {len(said) - _MOST_SAYINGS} more errors and warnings.")
    return "\n\n".join(lines)


def _sections(stack: StackPreview, shown: Shown, where: str) -> list[Section]:
    real = [change for change in stack.changes if not change.component]
    lost = [change for change in real if is_dangerous(change)]
    kept = [change for change in real if not is_dangerous(change) and change.operation is not Operation.CREATE]
    mandatory = [each for each in stack.findings if each.mandatory]
    advice = [each for each in stack.findings if not each.mandatory]
    drift = [resource(change, shown, wording.DRIFTED) for change in stack.drift]
    return [
        Section(f"#### Deleted or replaced{where}", [resource(each, shown) for each in lost], 0, _left_out),
        Section(f"#### Policy findings that stop this{where}", findings(mandatory), 1, _left_out),
        Section(f"#### Updated{where}", [resource(each, shown) for each in kept], 2, _left_out),
        Section(f"#### Created{where}", created(real), 6, _left_out_kinds),
        Section(f"#### Policy advice{where}", findings(advice), 3, _left_out),
        Section(f"#### Drift: what differs in the cloud from the state{where}", drift or no_drift(stack), 4, _left_out),
        Section(f"#### Outputs{where}", [output(each) for each in stack.outputs], 5, _left_out),
        Section(f"#### Known only once it runs{where}", unknown([*lost, *kept]), 5),
    ]


def _left_out(count: int) -> str:
    return f"… and {count} more, for which there is no room here; the HTML report has them all."


def _left_out_kinds(count: int) -> str:
    return f"… and {count} more kinds of resources; the HTML report has them all."


def _cost(cost: CostChange) -> str:
    lines = [
        f"{totals.money(line.new_usd - line.old_usd)}  {line.what}, {wording.label(line.urn)}"
        for line in cost.lines[:_MOST_PRICES]
    ]
    if len(cost.lines) > _MOST_PRICES:
        rest = sum(line.new_usd - line.old_usd for line in cost.lines[_MOST_PRICES:])
        lines.append(f"{totals.money(rest)}  {len(cost.lines) - _MOST_PRICES} more resources")
    lines += [f"Not in it: {each}." for each in cost.unpriced[:_MOST_PRICES]]
    body = f"{fence(lines, 'text')}\n\n{totals.pricing_text(cost)}"
    return f"#### Cost\n\n{totals.cost_text(cost)}\n\n{fold('How it is estimated', body)}"
