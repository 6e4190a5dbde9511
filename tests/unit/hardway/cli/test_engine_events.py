from __future__ import annotations

import json
from typing import Any

from hardway.cli.engine_events import EngineProgress, short

STACK = "urn:pulumi:sandbox::hardway::pulumi:pulumi:Stack::hardway-sandbox"
INSTANCE = "urn:pulumi:sandbox::hardway::hardway:machine:ControlPlaneMachine$aws:ec2/instance:Instance::control-plane-1"


def after(*events: dict[str, Any]) -> EngineProgress:
    progress = EngineProgress()
    for event in events:
        progress.read(json.dumps(event))
    return progress


def started(operation: str, urn: str = INSTANCE) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": {"op": operation, "urn": urn}}}


def ended(operation: str, urn: str = INSTANCE) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": {"op": operation, "urn": urn}}}


def error(message: str, urn: str = "") -> dict[str, Any]:
    return {"diagnosticEvent": {"severity": "error", "message": message, "urn": urn}}


def test_what_is_in_the_works_is_listed_until_it_is_done() -> None:
    assert after(started("create")).details() == ["create aws:ec2/instance:Instance control-plane-1"]
    assert after(started("create"), ended("create")).details() == []
    assert after(started("create"), ended("create")).headline() == "1 resources ready, 0 in the works"


def test_an_unchanged_resource_is_ready_but_no_work() -> None:
    progress = after(started("same"), ended("same"))
    assert (progress.finished, progress.operations) == (1, {})


def test_a_deleted_resource_is_no_resource_that_is_ready() -> None:
    assert after(started("delete"), ended("delete")).finished == 0


def test_a_failure_names_the_resource_and_carries_no_color() -> None:
    progress = after(
        started("create"),
        error("<{%reset%}>creating instance: UnauthorizedOperation: no\n<{%reset%}>", INSTANCE),
        {"resOpFailedEvent": {"metadata": {"op": "create", "urn": INSTANCE}}},
        error("<{%reset%}>update failed<{%reset%}>\n", STACK),
    )
    assert progress.failures == [
        "aws:ec2/instance:Instance control-plane-1: creating instance: UnauthorizedOperation: no"
    ]
    assert progress.running == {}


def policy(level: str, urn: str = INSTANCE) -> dict[str, Any]:
    finding = {"resourceUrn": urn, "message": "<{%reset%}>too wide.\n", "policyName": "wide", "enforcementLevel": level}
    return {"policyEvent": finding}


def test_what_policy_forbids_is_a_failure() -> None:
    progress = after(policy("mandatory"))
    assert progress.failures == ["aws:ec2/instance:Instance control-plane-1: policy wide: too wide."]
    assert progress.findings == []


def test_what_policy_only_advises_is_none() -> None:
    progress = after(policy("advisory"))
    assert progress.findings == ["wide: aws:ec2/instance:Instance control-plane-1: too wide."]
    assert progress.failures == []


def test_warnings_are_no_failures() -> None:
    assert after({"diagnosticEvent": {"severity": "warning", "message": "old plugin"}}).failures == []


def test_the_engines_summary_is_kept() -> None:
    assert after({"summaryEvent": {"resourceChanges": {"create": 3, "same": 1}}}).changes == {"create": 3, "same": 1}


def test_a_text_that_is_no_urn_stays() -> None:
    assert short("nothing") == "nothing"


def test_before_the_first_resource_the_program_starts() -> None:
    assert EngineProgress().headline() == "the program starts"
