"""Resources and findings as blocks of Markdown, each with shorter forms for when there is little room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from hardway.report import wording
from hardway.report.danger import is_dangerous
from hardway.report.fitting import Block
from hardway.report.markdown_text import code, cut, fence, fold, prose, tag
from hardway.report.model import Operation, PolicyFinding, PropertyChange, ResourceChange, StackPreview
from hardway.report.shown import Shown

_LONGEST_DIFF: Final = 200
"""Lines of one file's difference."""
_MOST_NAMES: Final = 10
_UNFOLDED: Final = 4
"""Properties that are shown without having to unfold them."""


def resource(change: ResourceChange, shown: Shown, verbs: Mapping[Operation, str] = wording.VERBS) -> Block:
    """One resource with its properties; without them, it says why where that is short."""
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


def _property(change: PropertyChange, shown: Shown) -> list[str]:
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


def created(changes: Sequence[ResourceChange]) -> list[Block]:
    """What is created, each kind of resource in one block."""
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


def findings(found: Sequence[PolicyFinding]) -> list[Block]:
    """Policy findings; those that say the same of several resources are one."""
    return [_finding(finding, urns) for finding, urns in wording.grouped(found)]


def _finding(finding: PolicyFinding, urns: Sequence[str]) -> Block:
    where = f" {code(wording.listed(urns, _MOST_NAMES))}" if urns else ""
    title = f"- **{prose(finding.rule)}** ({wording.finding_text(finding)}){where}"
    return Block([lambda: f"{title}<br>{prose(cut(finding.message))}", lambda: title])


def output(change: PropertyChange) -> Block:
    """One output of the stack."""
    return Block([lambda: f"- {code(wording.property_text(change))}"])


def no_drift(stack: StackPreview) -> list[Block]:
    """What is said of a stack that was refreshed and has not drifted."""
    return [Block([lambda: "None."])] if stack.refreshed else []


def unknown(changes: Sequence[ResourceChange]) -> list[Block]:
    """Every property that only the update will tell: one block or none."""
    found = [(change, wording.unknown_paths(change)) for change in changes]
    found = [(change, paths) for change, paths in found if paths]
    if not found:
        return []
    count = sum(len(paths) for _, paths in found)
    lines = [f"{wording.label(change.urn)}: {', '.join(paths)}" for change, paths in found]
    title = f"{count} {'property' if count == 1 else 'properties'}"
    return [Block([lambda: fold(title, fence(lines, "text")), lambda: f"- {title}"])]
