"""A report as the comment of a pull request: Markdown as GitHub and Gitea read it, within their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from hardway.report import wording
from hardway.report.danger import is_dangerous
from hardway.report.fitting import Block, Section, fit
from hardway.report.markdown_text import code, fence, fold, prose, tag
from hardway.report.model import (
    CostChange,
    Operation,
    PolicyFinding,
    PropertyChange,
    Report,
    ResourceChange,
    StackPreview,
)

LIMIT_BYTES: Final = 65_536 - 1_024
"""GitHub refuses comments of more than 65,536 characters; some are for whoever posts it. Gitea takes more."""

_LONGEST_DIFF: Final = 200
"""Lines of one file's difference."""
_LONGEST_SAYING: Final = 1_500
"""Bytes of one error, warning or finding."""
_MOST_SAYINGS: Final = 10
_MOST_PRICES: Final = 10
_MOST_NAMES: Final = 10
_UNFOLDED: Final = 4
"""Properties that are shown without having to unfold them."""


def render(report: Report, *, limit: int = LIMIT_BYTES) -> str:
    """The report in at most `limit` bytes. What there is no room for is left out by resource, the least dangerous
    ones first, and counted."""
    shown = wording.Shown()
    sections: list[Section] = []
    for stack in report.stacks:
        sections += _sections(stack, shown, f" in {code(stack.stack)}" if len(report.stacks) > 1 else "")
    tail = [_cost(report.cost)] if report.cost and report.cost.differs else []
    return fit(_head(report), sections, "\n\n".join(tail), limit)


def _head(report: Report) -> str:
    facts = [wording.counts_text(wording.total_counts(report.stacks))]
    if report.cost is not None and report.cost.lines:
        facts.append(f"{wording.money(report.cost.change_usd)} a month")
    if report.seconds is not None:
        facts.append(f"{report.seconds:.1f} s")
    lines = [f"### {code(report.environment)}: {wording.headline(report)}", " · ".join(facts)]
    lines += [prose(said) for said in (report.basis, *report.notes) if said]
    said = [(stack, each) for stack in report.stacks for each in stack.diagnostics]
    for _, each in said[:_MOST_SAYINGS]:
        where = f" of {code(wording.label(each.urn))}" if each.urn and "::pulumi:pulumi:Stack::" not in each.urn else ""
        lines.append(f"**{prose(each.severity)}**{where}\n\n{fence(_cut(each.message).splitlines(), 'text')}")
    if len(said) > _MOST_SAYINGS:
        lines.append(f"… and {len(said) - _MOST_SAYINGS} more errors and warnings.")
    return "\n\n".join(lines)


def _sections(stack: StackPreview, shown: wording.Shown, where: str) -> list[Section]:
    real = [change for change in stack.changes if not change.component]
    lost = [change for change in real if is_dangerous(change)]
    kept = [change for change in real if not is_dangerous(change) and change.operation is not Operation.CREATE]
    mandatory = [each for each in stack.findings if each.mandatory]
    advice = [each for each in stack.findings if not each.mandatory]
    drift = [_resource(change, shown, wording.DRIFTED) for change in stack.drift]
    return [
        Section(f"#### Deleted or replaced{where}", [_resource(each, shown) for each in lost], 0, _left_out),
        Section(f"#### Policy findings that stop this{where}", _findings(mandatory), 1, _left_out),
        Section(f"#### Updated{where}", [_resource(each, shown) for each in kept], 2, _left_out),
        Section(f"#### Created{where}", _created(real), 6, _left_out_kinds),
        Section(f"#### Policy advice{where}", _findings(advice), 3, _left_out),
        Section(
            f"#### Drift: what differs in the cloud from the state{where}", drift or _no_drift(stack), 4, _left_out
        ),
        Section(f"#### Outputs{where}", [_output(each) for each in stack.outputs], 5, _left_out),
        Section(f"#### Known only once it runs{where}", _unknown([*lost, *kept]), 5),
    ]


def _left_out(count: int) -> str:
    return f"… and {count} more, for which there is no room here; the HTML report has them all."


def _left_out_kinds(count: int) -> str:
    return f"… and {count} more kinds of resources; the HTML report has them all."


def _resource(change: ResourceChange, shown: wording.Shown, verbs: Mapping[Operation, str] = wording.VERBS) -> Block:
    marks = wording.marks(change) if is_dangerous(change) else []
    if change.id and change.operation is Operation.DELETE:
        marks.append(wording.visible(change.id))
    verb = verbs[change.operation]
    short = f"- **{verb}** {code(wording.type_text(change.type))} {code(wording.name_text(change.urn))}"
    short += f" ({', '.join(code(mark) for mark in marks)})" if marks else ""
    reason = _reason(change)
    line = f"{short} because {reason}" if reason else short

    def whole() -> str:
        parts = [part for each in change.properties for part in _property(each, shown)]
        if len(parts) <= _UNFOLDED and not any(each.files for each in change.properties):
            return "\n".join([short if change.forcing else line, *(f"  {part}" for part in parts)])
        summary = f"<b>{verb}</b> {tag(wording.type_text(change.type))} <b>{tag(wording.name_text(change.urn))}</b>"
        summary += f" ({', '.join(tag(mark) for mark in marks)})" if marks else ""
        forcing = ", ".join(tag(each.path) for each in change.forcing)
        return fold(f"{summary} because {forcing}" if forcing else summary, "\n".join(parts))

    return Block([whole, lambda: line] if change.properties else [lambda: line], lambda: shown.remember(change))


def _reason(change: ResourceChange) -> str:
    """Why, in one line."""
    if change.forcing:
        return ", ".join(code(wording.property_text(each)) for each in change.forcing)
    return prose(change.because)


def _property(change: PropertyChange, shown: wording.Shown) -> list[str]:
    mark = "because" if change.forces_replacement else code(wording.EDITS[change.edit])
    note = f" ({prose(change.note)})" if change.note else ""
    parts = [f"- {mark} {code(wording.property_text(change))}{note}"]
    fresh, others = shown.split(change.files)
    for file in fresh:
        mode = f"mode {file.mode[0]} to {file.mode[1]}" if file.mode else ""
        lines = file.lines[:_LONGEST_DIFF]
        more = [f"@@ {len(file.lines) - _LONGEST_DIFF} more lines @@"] if len(file.lines) > _LONGEST_DIFF else []
        title = f"{wording.EDITS[file.edit]} {file.path} {mode}".rstrip()
        parts.append(f"\n{code(title)}\n\n{fence([*lines, *more], 'diff')}\n" if lines else f"\n{code(title)}\n")
    for first, paths in others.items():
        parts.append(f"  - {', '.join(code(path) for path in paths)}: as in {code(first)}")
    return parts


def _created(changes: Sequence[ResourceChange]) -> list[Block]:
    kinds: dict[str, list[ResourceChange]] = {}
    for change in changes:
        if change.operation is Operation.CREATE:
            kinds.setdefault(change.type, []).append(change)
    return [_created_kind(kind, members) for kind, members in kinds.items()]


def _created_kind(kind: str, members: Sequence[ResourceChange]) -> Block:
    title = f"<b>create</b> {len(members)} {tag(wording.type_text(kind))}"

    def lines(*, whole: bool) -> str:
        found: list[str] = []
        for member in members:
            found.append(f"+ {wording.name_text(member.urn)}")
            for each in member.properties if whole else ():
                note = f"  ({each.note})" if each.note else ""
                found.append(f"+     {wording.property_text(each)}{note}")
                found += [f"+       {line[1:]}" for file in each.files for line in file.lines if line.startswith("+")]
        return fold(title, fence(found, "diff"))

    return Block(
        [
            partial(lines, whole=True),
            partial(lines, whole=False),
            lambda: f"- **create** {len(members)} {code(wording.type_text(kind))}",
        ]
    )


def _findings(findings: Sequence[PolicyFinding]) -> list[Block]:
    return [_finding(finding, urns) for finding, urns in wording.grouped(findings)]


def _finding(finding: PolicyFinding, urns: Sequence[str]) -> Block:
    where = f" {code(wording.listed(urns, _MOST_NAMES))}" if urns else ""
    title = f"- **{prose(finding.rule)}** ({wording.finding_text(finding)}){where}"
    return Block([lambda: f"{title}<br>{prose(_cut(finding.message))}", lambda: title])


def _cut(text: str) -> str:
    """The beginning of a foreign text, in as many bytes as it may take once it is shown."""
    # A control character is one byte, and shown as six.
    shown = wording.visible(text).encode()
    return text if len(shown) <= _LONGEST_SAYING else shown[:_LONGEST_SAYING].decode(errors="ignore") + "…"


def _output(change: PropertyChange) -> Block:
    return Block([lambda: f"- {code(wording.property_text(change))}"])


def _no_drift(stack: StackPreview) -> list[Block]:
    return [Block([lambda: "None."])] if stack.refreshed else []


def _unknown(changes: Sequence[ResourceChange]) -> list[Block]:
    found = [(change, wording.unknown_paths(change)) for change in changes]
    found = [(change, paths) for change, paths in found if paths]
    if not found:
        return []
    count = sum(len(paths) for _, paths in found)
    lines = [f"{wording.label(change.urn)}: {', '.join(paths)}" for change, paths in found]
    title = f"{count} {'property' if count == 1 else 'properties'}"
    return [Block([lambda: fold(title, fence(lines, "text")), lambda: f"- {title}"])]


def _cost(cost: CostChange) -> str:
    lines = [
        f"{wording.money(line.new_usd - line.old_usd)}  {line.what}, {wording.label(line.urn)}"
        for line in cost.lines[:_MOST_PRICES]
    ]
    if len(cost.lines) > _MOST_PRICES:
        rest = sum(line.new_usd - line.old_usd for line in cost.lines[_MOST_PRICES:])
        lines.append(f"{wording.money(rest)}  {len(cost.lines) - _MOST_PRICES} more resources")
    lines += [f"Not in it: {each}." for each in cost.unpriced[:_MOST_PRICES]]
    body = f"{fence(lines, 'text')}\n\n{wording.pricing_text(cost)}"
    return f"#### Cost\n\n{wording.cost_text(cost)}\n\n{fold('How it is estimated', body)}"
