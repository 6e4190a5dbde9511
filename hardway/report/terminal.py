"""A report for a terminal: in colours where there are any, as plain lines elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from hardway.report import totals, wording
from hardway.report.danger import is_dangerous
from hardway.report.model import (
    CostChange,
    Diagnostic,
    FileChange,
    Operation,
    PolicyFinding,
    Report,
    ResourceChange,
    StackPreview,
)
from hardway.report.shown import Shown

_STYLES: Final = {
    Operation.DELETE: "bold red",
    Operation.REPLACE: "bold magenta",
    Operation.FORGET: "yellow",
    Operation.UPDATE: "yellow",
    Operation.CREATE: "green",
    Operation.IMPORT: "cyan",
}
_LINE_STYLES: Final = {"+": "green", "-": "red", "@": "cyan"}
_LONGEST_DIFF: Final = 60
"""Lines of one file's difference, unless every detail is asked for."""
_MOST_NAMES: Final = 6
_MOST_PRICES: Final = 8


def render(report: Report, *, colour: bool = False, details: bool = False, width: int = 120) -> str:
    """The report as text. `details` adds the properties of what is created, and whole differences."""
    console = Console(
        file=io.StringIO(), force_terminal=colour, color_system="256" if colour else None, width=width, highlight=False
    )
    _Terminal(console, details).show(report)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.split("\n"))


class _Terminal:
    def __init__(self, console: Console, details: bool) -> None:
        self._console = console
        self._lines: list[Text] = []
        self._details = details
        self._shown = Shown()

    def show(self, report: Report) -> None:
        self._line(f"{wording.visible(report.environment)}: {totals.headline(report)}", "bold")
        self._line(totals.counts_text(totals.total_counts(report.stacks)))
        for said in (report.basis, *report.notes):
            if said:
                self._line(wording.visible(said), "dim")
        several = len(report.stacks) > 1
        for stack in report.stacks:
            self._stack(stack, named=several)
        if report.cost is not None and report.cost.differs:
            self._cost(report.cost)
        if report.seconds is not None:
            self._line(f"\n{report.seconds:.1f} s", "dim")
        # All at once, which is ten times faster. Long lines are wrapped by the terminal itself, so that what is copied
        # is what was meant.
        self._console.print(Text("\n").join(self._lines), soft_wrap=True)

    def _stack(self, stack: StackPreview, *, named: bool) -> None:
        if named:
            self._title(f"Stack {wording.visible(stack.stack)}: {totals.counts_text(stack.counts)}")
        self._diagnostics(stack.diagnostics)
        self._changes("Deleted or replaced", [change for change in stack.changes if is_dangerous(change)])
        self._findings("Policy findings that stop this", [each for each in stack.findings if each.mandatory])
        self._changes("Created or updated", [change for change in stack.changes if not is_dangerous(change)])
        if stack.outputs:
            self._title("Outputs")
            for each in stack.outputs:
                self._line(f"  {wording.EDITS[each.edit]} {wording.property_text(each)}")
        self._findings("Policy advice", [each for each in stack.findings if not each.mandatory])
        if stack.refreshed:
            self._changes("Drift: what differs in the cloud from the state", stack.drift, wording.DRIFTED)
            if not stack.drift:
                self._title("Drift")
                self._line("  none")
        self._unknown(stack.changes)

    def _diagnostics(self, diagnostics: Iterable[Diagnostic]) -> None:
        for each in diagnostics:
            where = f"{wording.label(each.urn)}: " if each.urn and "::pulumi:pulumi:Stack::" not in each.urn else ""
            style = "red" if each.severity == "error" else "yellow"
            self._line(f"{each.severity}: {where}{wording.visible(each.message)}", style)

    def _changes(
        self, title: str, changes: Sequence[ResourceChange], verbs: Mapping[Operation, str] = wording.VERBS
    ) -> None:
        real = [change for change in changes if not change.component]
        if not real:
            return
        self._title(title)
        created: dict[str, list[str]] = {}
        for change in real:
            if change.operation is Operation.CREATE and not self._details:
                created.setdefault(change.type, []).append(wording.name_text(change.urn))
            else:
                self._change(change, verbs[change.operation])
        for resource_type, names in created.items():
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            head = f"{wording.VERBS[Operation.CREATE]:<8}{len(names):>3} {wording.type_text(resource_type)}  "
            line = Text(f"{wording.SYMBOLS[Operation.CREATE]} ", _STYLES[Operation.CREATE]).append(head, "default")
            self._print(line.append(f"{', '.join(names[:_MOST_NAMES])}{more}", "dim"))

    def _change(self, change: ResourceChange, verb: str) -> None:
        line = Text(f"{wording.SYMBOLS[change.operation]} ", _STYLES[change.operation])
        line.append(f"{verb:<8}")
        line.append(f"{wording.type_text(change.type)} ", "default")
        line.append(wording.name_text(change.urn), "bold")
        marks = [*wording.marks(change), *([wording.visible(change.id)] if change.id and not change.properties else [])]
        if marks and is_dangerous(change):
            line.append(f"  ({', '.join(marks)})", "default")
        self._print(line)
        if change.because and not change.forcing:
            self._line(f"    because {wording.visible(change.because)}")
        for each in change.properties:
            note = f"  ({wording.visible(each.note)})" if each.note else ""
            mark = "because" if each.forces_replacement else wording.EDITS[each.edit]
            self._line(f"    {mark} {wording.property_text(each)}{note}")
            fresh, others = self._shown.split(each.files)
            for file in fresh:
                self._file(file)
            for first, paths in others.items():
                self._line(f"      {', '.join(paths)}: as in {first}", "dim")
        self._shown.remember(change)

    def _file(self, file: FileChange) -> None:
        mode = f"  mode {file.mode[0]} → {file.mode[1]}" if file.mode else ""
        self._line(f"      {wording.EDITS[file.edit]} {wording.visible(file.path)}{mode}", "bold")
        longest = len(file.lines) if self._details else _LONGEST_DIFF
        for line in file.lines[:longest]:
            self._line(f"        {wording.visible(line)}", _LINE_STYLES.get(line[:1], "default"))
        if len(file.lines) > longest:
            self._line(f"        … {len(file.lines) - longest} more lines; --diff shows them", "dim")

    def _findings(self, title: str, findings: Sequence[PolicyFinding]) -> None:
        if not findings:
            return
        self._title(title)
        for each, urns in wording.grouped(findings):
            where = f": {wording.listed(urns, _MOST_NAMES)}" if urns else ""
            style = "bold red" if each.mandatory else "yellow"
            self._line(f"{wording.visible(each.rule)} ({wording.finding_text(each)}){where}", style)
            self._line(f"    {wording.visible(each.message)}")

    def _unknown(self, changes: Sequence[ResourceChange]) -> None:
        changed = [change for change in changes if change.operation in (Operation.UPDATE, Operation.REPLACE)]
        unknown = [(change, wording.unknown_paths(change)) for change in changed]
        if any(paths for _, paths in unknown):
            self._title("Known only once it runs")
            for change, paths in unknown:
                if paths:
                    self._line(f"  {wording.label(change.urn)}: {', '.join(paths)}")

    def _cost(self, cost: CostChange) -> None:
        self._title("Cost")
        self._line(f"  {totals.cost_text(cost)}")
        for line in cost.lines if self._details else cost.lines[:_MOST_PRICES]:
            change = totals.money(line.new_usd - line.old_usd)
            self._line(f"  {change:>14}  {line.what}, {wording.label(line.urn)}")
        for each in cost.unpriced:
            self._line(f"  Not in it: {wording.visible(each)}.")
        self._line(f"  {totals.pricing_text(cost)}", "dim")

    def _title(self, text: str) -> None:
        self._print(Text(f"\n{text}", "bold underline"))

    def _line(self, text: str, style: str = "") -> None:
        self._print(Text(text, style))

    def _print(self, text: Text) -> None:
        self._lines.append(text)
