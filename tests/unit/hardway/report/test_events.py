from __future__ import annotations

import json
from typing import Any

import pytest

from hardway.report.events import read_events
from hardway.report.model import Severity
from hardway.report.values import Special
from tests.fixtures.events.reports import recorded
from tests.unit.hardway.report.event_log import URN, read, state, step


@pytest.mark.parametrize("operation", ["same", "read", "refresh", "read-discard"])
def test_what_changes_nothing_is_no_change(operation: str) -> None:
    seen = read(step(operation, old=state({"size": 1}), new=state({"size": 1})))
    assert seen.changes == ()
    assert not seen.changed


def test_default_providers_are_no_change_and_explicit_ones_are() -> None:
    urns = [f"urn:pulumi:s::p::pulumi:providers:aws::{name}" for name in ("default_7_0_0", "cluster")]
    steps = [step("create", new=state({})) for _ in urns]
    for urn, each in zip(urns, steps, strict=True):
        each["resourcePreEvent"]["metadata"]["urn"] = urn
    assert [change.urn for change in read(*steps).changes] == urns[1:]


def test_findings_come_worst_first_with_stops_before_advice() -> None:
    def finding(rule: str, severity: str | None, level: str) -> dict[str, Any]:
        said = {"message": "<{%reset%}>mend it<{%reset%}>\n", "policyName": rule, "policyPackName": "p"}
        return {"policyEvent": {**said, "enforcementLevel": level, "severity": severity, "resourceUrn": URN}}

    seen = read(
        finding("a", "critical", "advisory"),
        finding("b", "low", "mandatory"),
        finding("c", "high", "mandatory"),
        finding("d", None, "mandatory"),
        finding("e", "of a later engine", "advisory"),
    )
    assert [(each.rule, each.severity, each.mandatory) for each in seen.findings] == [
        ("c", Severity.HIGH, True),
        ("b", Severity.LOW, True),
        ("d", Severity.UNSPECIFIED, True),
        ("a", Severity.CRITICAL, False),
        ("e", Severity.UNSPECIFIED, False),
    ]
    assert {each.message for each in seen.findings} == {"mend it"}


def test_the_order_of_the_events_does_not_matter() -> None:
    steps = [step("create", new=state({})) for _ in range(4)]
    for number, each in enumerate(steps):
        each["resourcePreEvent"]["metadata"]["urn"] = f"{URN}-{number}"
    assert read(*steps).changes == read(*reversed(steps)).changes


def test_a_log_that_ends_early_is_no_success() -> None:
    assert not read_events("s", [json.dumps(step("create", new=state({})))]).succeeded


def test_a_failure_says_what_the_program_printed() -> None:
    stack = recorded("program-failure").stacks[0]
    assert not stack.succeeded
    assert [each.message for each in stack.diagnostics] == ["stacks/Pulumi.small.yaml: hardway:pools: is missing"]
    assert stack.outputs == ()


@pytest.mark.parametrize(
    ("severity", "message", "said"),
    [
        ("error", "<{%fg 1%}>broken<{%reset%}>\n", [("error", "broken")]),
        ("warning", "old", [("warning", "old")]),
        ("info#err", "warning: old\n", [("warning", "old")]),
        ("info#err", "error: broken\n", [("error", "broken")]),
        ("info#err", "just so", []),
        ("info", "just so", []),
        ("error", "preview failed\n", []),
    ],
)
def test_errors_and_warnings_are_told_however_they_came(
    severity: str, message: str, said: list[tuple[str, str]]
) -> None:
    event = {"diagnosticEvent": {"severity": severity, "message": message}}
    assert [(each.severity, each.message) for each in read(event).diagnostics] == said


def test_what_a_failing_program_printed_is_told() -> None:
    lines = [{"diagnosticEvent": {"severity": "info#err", "message": f"line {number}"}} for number in range(2)]
    seen = read_events("s", [json.dumps(line) for line in lines])
    assert [each.message for each in seen.diagnostics] == ["line 0\nline 1"]


def test_outputs_that_differ_are_told() -> None:
    outputs = recorded("secret-rotation").stacks[0].outputs
    assert [(each.path, each.new) for each in outputs] == [("ca", Special.UNKNOWN), ("epoch", "second")]


def test_a_real_pack_is_read_with_its_name_and_without_its_folder() -> None:
    stack = recorded("policy-failure").stacks[0]
    assert stack.policy_packs == ("hardway 0.1.0",)
    assert stack.findings[0].mandatory
    assert not stack.succeeded
