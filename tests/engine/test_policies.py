"""The policy pack in the real engine, over every stack file: as a preview sees it, and with every value known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardway.artifacts.engine import find_engine
from hardway.cli.policy import PACK, policy_flags
from hardway.cli.target import Target, environments
from hardway.cli.throw_away import ThrowAwayRegion
from tests.engine.conftest import SALT, Project, Region

PROGRAM = """
import pulumi_aws as aws
from pulumi_random import RandomBytes

later = RandomBytes("later", length=4).hex
vpc = aws.ec2.Vpc("network", cidr_block="10.60.0.0/16", tags={"Name": "broken"})
for index, cidr in enumerate(("10.60.0.0/20", "10.60.8.0/24")):
    aws.ec2.Subnet(f"private-{index}", vpc_id=vpc.id, cidr_block=cidr, availability_zone="eu-central-1a")
"""


@dataclass(frozen=True)
class Judged:
    """What the pack said of one run of the engine."""

    exit_code: int
    findings: Counter[tuple[str, str]]
    """How often each rule found something at each level."""

    judged: bool
    """Whether the engine ran the pack at all."""

    said: str

    def rules(self, level: str) -> list[str]:
        return sorted(rule for rule, found in self.findings if found == level)


def run(place: ThrowAwayRegion, stack: str, verb: str, *flags: str) -> Judged:
    recording = place.stack(stack).record(
        verb, *flags, *policy_flags(Target(stack.removesuffix("-services").removesuffix("-management")))
    )
    events = [json.loads(line) for line in recording.events]
    found = [event["policyEvent"] for event in events if "policyEvent" in event]
    return Judged(
        exit_code=recording.exit_code,
        findings=Counter((one["policyName"], one["enforcementLevel"]) for one in found),
        judged=any("policyAnalyzeStackSummaryEvent" in event for event in events),
        said="\n".join([*(one["message"] for one in found), recording.log.read_text()[-3000:]]),
    )


@pytest.fixture(scope="module")
def place(region: Region, tmp_path_factory: pytest.TempPathFactory) -> ThrowAwayRegion:
    """The tests' region as one for stacks that nobody will use."""
    find_engine()
    return ThrowAwayRegion(tmp_path_factory.mktemp("policies"), region.environment)


@pytest.mark.parametrize("environment", environments())
def test_every_stack_passes_as_a_preview_sees_it_and_when_all_is_known(
    place: ThrowAwayRegion, environment: str
) -> None:
    target = Target(environment)
    for stack in target.stacks:
        for verb, flags in (("preview", ()), ("up", ("--yes", "--skip-preview"))):
            judged = run(place, stack.name, verb, *flags)
            assert judged.exit_code == 0, f"{stack.name} {verb}: {judged.said}"
            assert judged.judged, f"{stack.name} {verb}: the pack did not run"
            assert judged.rules("mandatory") == [], f"{stack.name} {verb}: {judged.said}"
            if environment == "prod":
                assert judged.rules("advisory") == [], f"{stack.name} {verb}: {judged.said}"
    assert {target.management, target.services} < set(target.stacks), "every environment has both"


def test_a_mandatory_finding_ends_a_preview_with_the_rule_and_what_to_do(project: Project) -> None:
    project.write(PROGRAM)
    printed = project.run("preview", "--policy-pack", str(PACK), fails=True)
    assert "[mandatory]" in printed
    assert "cidrs-overlap" in printed
    assert "private-1 10.60.8.0/24 overlaps private-0 10.60.0.0/20" in printed
    assert "hardway:network" in printed


def test_policy_config_changes_a_level(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "policy.json"
    config.write_text(json.dumps({"all": "advisory", "cidrs-overlap": "disabled"}))
    project.write(PROGRAM)
    printed = project.run("preview", "--policy-pack", str(PACK), "--policy-pack-config", str(config))
    assert "[mandatory]" not in printed
    assert "cidrs-overlap" not in printed


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"certificate-lives-too-long": {"leaf_max_hours": "soon"}}, "leaf_max_hours: Invalid type"),
        ({"certificate-lives-too-long": {"stack": "sandbox"}}, "stack is not a setting of this rule"),
        ({"certificate-lives-too-long": {"enforcementLevel": "whenever"}}, "not a valid enforcement level"),
        ({"certificate-lives-to-long": "advisory"}, "there is no rule"),
    ],
)
def test_a_policy_config_that_cannot_be_is_refused(
    project: Project, tmp_path: Path, config: dict[str, object], said: str
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(config))
    project.write("")
    printed = project.run("preview", "--policy-pack", str(PACK), "--policy-pack-config", str(file), fails=True)
    assert said in printed
    assert next(iter(config)) in printed


def test_levels_are_those_of_the_stack_without_any_flag(project: Project, tmp_path: Path) -> None:
    """What is no known environment is production; a sandbox's stack gets advice."""
    (tmp_path / "Pulumi.sandbox.yaml").write_text(f"encryptionsalt: {SALT}\nconfig:\n  aws:region: eu-central-1\n")
    project.write(PROGRAM.replace("10.60.8.0/24", "10.60.16.0/20"))
    project.run("stack", "init", "sandbox", "--no-select")
    advised = project.run("preview", "--policy-pack", str(PACK), "--stack", "sandbox")
    assert "vpc-without-flow-log" in advised
    assert "[mandatory]" not in advised
    refused = project.run("preview", "--policy-pack", str(PACK), "--stack", "test", fails=True)
    assert "[mandatory]" in refused
