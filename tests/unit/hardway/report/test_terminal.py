from __future__ import annotations

from dataclasses import replace

from hardway.report.model import Diagnostic
from hardway.report.terminal import render
from tests.fixtures.events.reports import recorded


def test_colours_are_the_only_difference_that_colours_make() -> None:
    import re

    report = recorded("replace-one-control-plane")
    coloured = render(report, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(report)


def test_details_show_what_is_created() -> None:
    report = recorded("create")
    assert "cidrBlock" not in render(report)
    assert '+ cidrBlock: "10.9.0.0/16"' in render(report, details=True)


def test_a_control_character_does_not_reach_the_terminal() -> None:
    report = recorded("no-change")
    said = Diagnostic(severity="warning", message="\x1b]0;title\x07 and \x1b[2J")
    stack = replace(report.stacks[0], diagnostics=(said,))
    text = render(replace(report, environment="\x1b[8m", notes=("\x1b[8m",), stacks=(stack, stack)))
    assert "\x1b" not in text
    assert "\\u001b[2J" in text


def test_rich_markup_in_names_is_text() -> None:
    report = recorded("no-change")
    text = render(replace(report, environment="[bold]x[/bold]", notes=("[link=https://x]y[/link]",)))
    assert text.startswith("[bold]x[/bold]: Nothing changes")
    assert "[link=https://x]y[/link]" in text


def test_long_lines_are_left_to_the_terminal() -> None:
    report = recorded("policy-failure")
    assert render(report, width=40) == render(report, width=200)
