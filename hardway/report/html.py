"""A report as one HTML file that fetches nothing: foldings, a filter by operation, a search, light and dark."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from hardway.report import totals, wording
from hardway.report.danger import is_dangerous
from hardway.report.html_sections import Sections
from hardway.report.model import CostChange, Operation, Report

_PAGE: Final = Path(__file__).with_name("page")


def render(report: Report) -> str:
    """The page. Whatever it shows is escaped, and its policy lets no script run but its own."""
    style, script = ((_PAGE / name).read_text() for name in ("page.css", "page.js"))
    shown = Sections()
    return _template().render(
        report=report,
        headline=totals.headline(report),
        facts=_facts(report),
        remarks=[said for said in (report.basis, *report.notes) if said],
        mood=_mood(report),
        operations=_operations(report),
        diagnostics=[
            {
                "severity": each.severity if each.severity in ("error", "warning") else "warning",
                "message": wording.visible(each.message),
                "where": wording.label(each.urn) if each.urn and "::pulumi:pulumi:Stack::" not in each.urn else "",
            }
            for stack in report.stacks
            for each in stack.diagnostics
        ],
        sections=[
            section for stack in report.stacks for section in shown.of_stack(stack, named=len(report.stacks) > 1)
        ],
        cost=_cost(report.cost) if report.cost is not None and report.cost.differs else None,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _facts(report: Report) -> list[str]:
    facts = [totals.counts_text(totals.total_counts(report.stacks))]
    if report.cost is not None and report.cost.lines:
        facts.append(f"{totals.money(report.cost.change_usd)} a month")
    if report.seconds is not None:
        facts.append(f"{report.seconds:.1f} s")
    return facts


def _mood(report: Report) -> str:
    if not report.succeeded:
        return "stops"
    return "loses" if any(is_dangerous(change) for _, change in report.changes()) else "keeps"


def _operations(report: Report) -> list[dict[str, Any]]:
    counts = Counter(change.operation for _, change in report.changes() if not change.component)
    return [
        {"name": each.value, "sign": wording.SYMBOLS[each], "count": counts[each]} for each in Operation if counts[each]
    ]


def _cost(cost: CostChange) -> dict[str, Any]:
    return {
        "text": totals.cost_text(cost),
        "lines": [
            {
                "what": wording.visible(line.what),
                "where": wording.label(line.urn),
                "old": f"{line.old_usd:,.2f}",
                "new": f"{line.new_usd:,.2f}",
                "change": f"{line.new_usd - line.old_usd:+,.2f}",
            }
            for line in cost.lines
        ],
        "unpriced": list(cost.unpriced),
        "pricing": totals.pricing_text(cost),
    }


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["visible"] = wording.visible
    return environment.get_template("page.html.j2")
