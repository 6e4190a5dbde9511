from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from hardway.report import markdown
from hardway.report.markdown import render
from hardway.report.model import Diagnostic, PolicyFinding, Report, Severity, StackPreview
from tests.fixtures.events.reports import large, recorded, report_of
from tests.fixtures.events.thousand import events


def titles(text: str) -> list[str]:
    return re.findall(r"^#### (.*)$", text, re.MULTILINE)


def test_what_is_lost_comes_first() -> None:
    assert titles(render(recorded("replace-one-control-plane"))) == [
        "Deleted or replaced",
        "Updated",
        "Known only once it runs",
    ]
    assert titles(render(recorded("drift"))) == [
        "Updated",
        "Created",
        "Drift: what differs in the cloud from the state",
        "Cost",
    ]


def test_findings_that_stop_come_before_what_would_be_made() -> None:
    finding = PolicyFinding(rule="r", pack="p", severity=Severity.LOW, mandatory=True, message="m")
    report = recorded("create")
    findings = (finding, replace(finding, mandatory=False))
    judged = replace(report, stacks=(replace(report.stacks[0], findings=findings),))
    assert titles(render(judged)) == ["Policy findings that stop this", "Created", "Policy advice", "Cost"]


def test_a_refresh_without_a_find_says_so() -> None:
    report = recorded("no-change")
    refreshed = replace(report, stacks=(replace(report.stacks[0], refreshed=True),))
    assert "#### Drift: what differs in the cloud from the state\n\nNone." in render(refreshed)


def test_the_time_is_left_out_unless_it_is_given() -> None:
    report = recorded("no-change")
    assert "22 unchanged\n" in render(report)
    assert "22 unchanged · 3.2 s\n" in render(replace(report, seconds=3.21))


def test_stacks_are_told_apart() -> None:
    report = recorded("destroy")
    both = replace(report, stacks=(report.stacks[0], replace(report.stacks[0], stack="small-services")))
    text = render(both)
    assert titles(text)[:2] == ["Deleted or replaced in `small`", "Deleted or replaced in `small-services`"]
    assert "44 to delete" in text


def test_findings_that_say_the_same_are_one_with_all_resources() -> None:
    text = render(recorded("policy-failure"))
    assert text.count("**required\\-tag\\-missing**") == 1
    (line,) = [line for line in text.splitlines() if "required\\-tag\\-missing" in line]
    assert "aws:ec2:Subnet private-a" in line
    assert "aws:s3:BucketObjectv2 general" in line
    assert "pass tags\\=naming" in line


def test_foreign_text_in_a_finding_does_nothing() -> None:
    finding = PolicyFinding(
        rule="</b>", pack="p", severity=Severity.HIGH, mandatory=True, message="@all **see** <img src=x>\n# 1"
    )
    stack = StackPreview(stack="s", succeeded=False, findings=(finding,))
    text = render(Report(environment="</h3>@x", stacks=(stack,)))
    assert re.findall(r".<img", text) == ["\\<img"]
    assert "**see**" not in text
    assert not re.search(r"(?<!`</h3>)@\w", text)


@pytest.mark.parametrize("letter", ["x", "漢", "\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_endless_sayings_are_cut_and_counted(letter: str) -> None:
    said = tuple(Diagnostic(severity="error", message=f"{number} " + letter * 50_000) for number in range(50))
    text = render(Report(environment="e", stacks=(StackPreview(stack="s", succeeded=False, diagnostics=said),)))
    assert len(text.encode()) < 20_000
    assert "… and 40 more errors and warnings." in text


@pytest.mark.parametrize("limit", [3_000, 8_000, 20_000, markdown.LIMIT_BYTES])
def test_a_long_report_is_cut_by_resource_and_keeps_the_most_dangerous(limit: int) -> None:
    report = large()
    text = render(report, limit=limit)
    assert len(text.encode()) <= limit
    assert text.count("<details>") == text.count("</details>")
    assert len(re.findall(r"^`{3,}", text, re.MULTILINE)) % 2 == 0
    dangerous = [change.name for _, change in report.changes() if change.operation in ("delete", "replace")]
    kept = [name for name in dangerous if name in text.split("#### Updated")[0]]
    assert kept == dangerous[: len(kept)]
    assert kept
    left_out = re.search(r"… and (\d+) more, for which", text.split("#### Updated")[0])
    assert len(dangerous) - len(kept) == (int(left_out[1]) if left_out else 0)
    if len(kept) < len(dangerous):
        # No harmless change is shown while a dangerous one is not.
        assert "**update**" not in text
        assert "<b>update</b>" not in text


def test_time_grows_no_faster_than_the_resources() -> None:
    def seconds(count: int) -> float:
        lines = list(events(count))
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            render(report_of("large", lines))
            best = min(best, time.process_time() - began)
        return best

    # Four times as many, and half as much again for a noisy neighbour; a quadratic step would take sixteen times.
    assert seconds(240) <= 6 * seconds(60)


def test_the_same_difference_is_shown_once_and_referred_to() -> None:
    text = render(recorded("replace-one-control-plane"))
    assert text.count("+ETCD_QUOTA_BACKEND_BYTES=8589934592") == 1
    assert text.count("as in `aws:ec2:Instance control-plane-1`") == 3


def test_nothing_refers_to_a_difference_that_was_cut_away() -> None:
    report = recorded("replace-one-control-plane")
    for limit in range(1_400, 2_400, 50):
        text = render(report, limit=limit)
        assert "as in" not in text or "+ETCD_QUOTA_BACKEND_BYTES=8589934592" in text
