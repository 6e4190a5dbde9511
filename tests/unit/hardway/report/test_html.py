from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hardway.report.html import render
from hardway.report.model import Diagnostic, PolicyFinding, Report, Severity, StackPreview
from tests.fixtures.events.reports import RECORDINGS, large, recorded

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """Elements in their order, and whether each was closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_element_is_closed_and_nothing_is_fetched(name: str) -> None:
    text = render(recorded(name))
    page = Page(text)
    assert page.open == []
    assert not [attrs for _, attrs in page.elements if {"src", "href", "action", "srcset", "style"} & attrs.keys()]
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert "@import" not in text
    assert "url(" not in text


def test_the_policy_allows_the_pages_own_script_and_style_only() -> None:
    text = render(recorded("create"))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    for element in ("style", "script"):
        body = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy[1]


def test_foreign_text_is_text() -> None:
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\N{RIGHT-TO-LEFT OVERRIDE}"
    stack = StackPreview(
        stack=evil,
        succeeded=False,
        findings=(PolicyFinding(rule=evil, pack=evil, severity=Severity.HIGH, mandatory=True, message=evil),),
        diagnostics=(Diagnostic(severity=evil, message=evil, urn=f"a::b::c::{evil}"),),
    )
    text = render(Report(environment=evil, stacks=(stack, stack), basis=evil, notes=(evil,)))
    page = Page(text)
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text


def test_what_is_lost_is_unfolded_and_the_rest_is_not() -> None:
    page = Page(render(recorded("replace-one-control-plane")))
    resources = [attrs for tag, attrs in page.elements if (attrs.get("class") or "").startswith("resource ")]
    assert [(attrs["data-operation"], "open" in attrs) for attrs in resources] == [
        ("replace", True),
        ("update", True),
        ("replace", True),
        ("replace", True),
        ("update", False),
    ]


def test_filters_count_what_is_shown() -> None:
    report = recorded("create")
    page = Page(render(report))
    shown = [attrs for _, attrs in page.elements if attrs.get("data-operation")]
    assert re.findall(r'data-filter="(\w+)".*? <b>(\d+)</b>', render(report)) == [("create", str(len(shown)))]


def test_the_time_is_left_out_unless_it_is_given() -> None:
    assert "3.2 s" in render(replace(recorded("no-change"), seconds=3.21))
    assert render(recorded("no-change")) == render(recorded("no-change"))


def test_a_page_of_a_thousand_resources_is_bounded() -> None:
    text = render(large())
    assert text.count("data-operation=") == 900
    assert len(text.encode()) < 2_500 * 1000
