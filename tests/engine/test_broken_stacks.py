"""Each broken stack is caught, by exactly the finding that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardway.cli.throw_away import ThrowAwayRegion
from policy.catalogue import rules
from policy.enforcement import Level
from policy.judgement import Violation, judge_resource, judge_stack
from tests.engine.broken_stacks import Broken, broken, broken_stacks
from tests.engine.conftest import ROOT, Region
from tests.engine.recorded import Recorded, read_recording

CASES = broken_stacks()


@pytest.fixture(scope="module")
def recorded(region: Region, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recorded]:
    """Production and its services as a pack sees them while the real engine makes them, by stack."""
    folder = tmp_path_factory.mktemp("recorded")
    runs = {}
    ThrowAwayRegion(folder, region.environment).stack("prod-management").run("up", "--yes", "--skip-preview")
    for stack in ("prod", "prod-services"):
        file = folder / stack
        place = ThrowAwayRegion(folder, {**region.environment, "POLICY_RECORDING": str(file)})
        pack = ROOT / "tests/fixtures/recording_pack"
        place.stack(stack).run("up", "--yes", "--skip-preview", "--policy-pack", str(pack))
        runs[stack] = read_recording(file)
    return runs


def violations(run: Recorded) -> Iterator[Violation]:
    for one in run.inputs:
        yield from judge_resource(rules(), one, run.configuration)
    yield from judge_stack(rules(), run.stack, run.configuration)


def test_there_are_twenty_of_them() -> None:
    assert len(CASES) >= 20
    assert len({case.finds for case in CASES.values()}) == len(CASES)


@pytest.mark.parametrize("stack", ["prod", "prod-services"])
def test_what_they_are_made_of_is_compliant(recorded: dict[str, Recorded], stack: str) -> None:
    run = recorded[stack]
    assert len(run.inputs) == len(run.stack)
    assert run.configuration.stack.stack == stack
    assert list(violations(run)) == []


@pytest.mark.parametrize("name", CASES)
def test_a_broken_stack_is_caught_by_exactly_the_expected_finding(
    recorded: dict[str, Recorded], tmp_path: Path, name: str
) -> None:
    case: Broken = CASES[name]
    found = list(violations(broken(recorded[case.stack], case, tmp_path)))
    assert [(one.rule.name, one.level) for one in found] == [(case.finds, Level.MANDATORY)], [
        one.message for one in found
    ]
    assert (found[0].urn or "").rsplit("::", 1)[-1] == (case.at or "")
