from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardway.cli.engine import Stack
from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Failure

URN = "urn:pulumi:sandbox::hardway::aws:ec2/vpc:Vpc::network"


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack whose engine is a script of the test."""
    variables = {"PULUMI_BACKEND_URL": f"file://{tmp_path}/state"}
    return Stack(name="sandbox", binary=tmp_path / "pulumi", variables=variables, logs=tmp_path / "logs")


def engine(stack: Stack, script: str) -> None:
    stack.binary.write_text(f"#!/bin/bash\n{script}\n")
    stack.binary.chmod(0o755)


def writes(*events: object) -> str:
    """A script that writes these events where --event-log, the last flag, says."""
    lines = "\n".join(json.dumps(event) for event in events)
    return f"cat > \"${{@: -1}}\" <<'END'\n{lines}\nEND\n"


def test_events_are_followed_to_the_end(stack: Stack) -> None:
    seen: list[int] = []
    done = {"resOutputsEvent": {"metadata": {"op": "create", "urn": URN}}}
    engine(stack, writes(done, {"summaryEvent": {"resourceChanges": {"create": 1}}}))
    progress = stack.run("up", on_progress=lambda now: seen.append(now.finished))
    assert (progress.finished, progress.changes) == (1, {"create": 1})
    assert seen[-1] == 1


def test_a_failure_says_which_resource_why_and_where_the_rest_is(stack: Stack) -> None:
    why = {"diagnosticEvent": {"severity": "error", "message": "VpcLimitExceeded", "urn": URN}}
    engine(stack, writes(why) + "echo all of it; exit 255")
    with pytest.raises(Failure) as failure:
        stack.run("up")
    text = str(failure.value)
    assert "pulumi up of stack sandbox failed" in text
    assert "aws:ec2/vpc:Vpc network: VpcLimitExceeded" in text
    assert str(stack.logs / "sandbox-up.log") in text
    assert (stack.logs / "sandbox-up.log").read_text() == "all of it\n"


def test_a_failure_without_events_shows_the_last_lines(stack: Stack) -> None:
    engine(stack, "echo error: incorrect passphrase >&2; exit 255")
    with pytest.raises(Failure, match="incorrect passphrase"):
        stack.run("up")


def test_the_engine_runs_with_the_stacks_variables_and_without_questions(stack: Stack) -> None:
    engine(stack, 'echo "$PULUMI_BACKEND_URL $*"; [ -t 0 ] && exit 1; cat')
    assert stack.output("stack", "ls").startswith(stack.variables["PULUMI_BACKEND_URL"])
    assert "--non-interactive" in stack.output("stack", "ls")


def test_a_local_backend_is_looked_at_without_the_engine(stack: Stack, tmp_path: Path) -> None:
    assert not stack.exists()
    state = tmp_path / "state/.pulumi/stacks/hardway/sandbox.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    assert stack.exists()


@pytest.mark.parametrize(
    ("state", "empty"),
    [
        ({}, True),
        ({"checkpoint": {"latest": None}}, True),
        ({"checkpoint": {"latest": {"resources": []}}}, True),
        ({"checkpoint": {"latest": {"resources": [{"urn": URN}]}}}, False),
    ],
)
def test_a_stack_without_resources_is_empty(stack: Stack, tmp_path: Path, state: object, empty: bool) -> None:
    assert stack.is_empty()
    file = tmp_path / "state/.pulumi/stacks/hardway/sandbox.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(state))
    assert stack.is_empty() is empty


def test_another_backend_is_asked_whether_there_are_resources(tmp_path: Path) -> None:
    stack = Stack(name="prod", binary=tmp_path / "pulumi", variables={"PULUMI_BACKEND_URL": "s3://b"}, logs=tmp_path)
    exported = json.dumps({"deployment": {"resources": [{"urn": URN}]}})
    engine(stack, f"if [[ $* == *export* ]]; then echo '{exported}'; else echo '[{{\"name\": \"org/h/prod\"}}]'; fi")
    assert not stack.is_empty()
    engine(stack, "echo '[]'")
    assert stack.is_empty()


def test_progress_of_nothing_is_nothing(stack: Stack) -> None:
    engine(stack, "exit 0")
    assert stack.run("up") == EngineProgress()


def test_an_interrupt_reaches_the_engine_and_its_end_is_awaited(stack: Stack) -> None:
    engine(stack, "trap 'echo saved; exit 1' INT; echo ready; while :; do sleep 0.05; done")

    def interrupt(progress: EngineProgress) -> None:
        if (stack.logs / "sandbox-up.log").read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stack.run("up", on_progress=interrupt)
    assert (stack.logs / "sandbox-up.log").read_text() == "ready\nsaved\n"
