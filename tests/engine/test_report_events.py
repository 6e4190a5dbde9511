"""The report says what the engine does: its event log is read as it is today, not as it was when it was recorded."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hardway.report import as_json, html, markdown, terminal
from hardway.report.bundles import StoredBundles
from hardway.report.contents import with_contents
from hardway.report.events import read_events
from hardway.report.model import Operation, Report, StackPreview
from hardway.report.values import Special
from tests.engine.conftest import Project

PROGRAM = """
import pulumi_aws as aws
import pulumi_command as command

vpc = aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16", tags={"Name": "%(name)s"})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="%(subnet)s", availability_zone="eu-central-1a")
table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
aws.ec2.RouteTableAssociation("association", subnet_id=subnet.id, route_table_id=table.id)
command.local.Command("command", create="true", environment={"TOKEN": pulumi.Output.secret("%(secret)s")})
%(more)s
"""
BEFORE = {"name": "one", "subnet": "10.8.1.0/24", "secret": "CANARY-before-51c2", "more": ""}
AFTER = {
    "name": "two",
    "subnet": "10.8.2.0/24",
    "secret": "CANARY-after-51c2",
    "more": 'aws.ec2.SecurityGroup("group", name="group", vpc_id=vpc.id)',
}


def preview(project: Project, *flags: str, fails: bool = False) -> StackPreview:
    """What a preview's event log says."""
    log = project.folder / "events.jsonl"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        project.command("preview", "--event-log", str(log), *flags),
        cwd=project.folder,
        env={**project.region.environment, "PULUMI_DEBUG_COMMANDS": "true"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    seen = read_events("test", log.read_text().splitlines(), refreshed="--refresh" in flags)
    return with_contents(seen, StoredBundles(folder=project.folder))


@pytest.fixture
def changed(project: Project) -> Project:
    """A stack that is up, and a program that says otherwise."""
    project.up(PROGRAM % BEFORE)
    project.write(PROGRAM % AFTER)
    return project


def test_operations_and_counts_are_the_engines_own(changed: Project) -> None:
    seen = preview(changed)
    assert {change.name: change.operation.value for change in seen.changes if not change.component} == {
        name: step["op"] for name, step in changed.steps().items()
    }
    assert seen.counts == {"create": 1, "replace": 2, "same": 2, "update": 2}
    by_name = {change.name: change for change in seen.changes}
    assert [(each.path, each.old, each.new) for each in by_name["subnet"].forcing] == [
        ("cidrBlock", "10.8.1.0/24", "10.8.2.0/24")
    ]
    assert [(each.path, each.old, each.new) for each in by_name["vpc"].properties] == [("tags.Name", "one", "two")]
    assert [(each.path, each.new) for each in by_name["association"].forcing] == [("subnetId", Special.UNKNOWN)]
    assert [(each.path, each.old, each.new) for each in by_name["command"].properties] == [
        ("environment.TOKEN", Special.SECRET, Special.SECRET)
    ]


def test_no_report_holds_a_secret_and_all_say_that_it_changes(changed: Project) -> None:
    report = Report(environment="test", stacks=(preview(changed),))
    for text in (terminal.render(report), markdown.render(report), html.render(report), as_json.render(report)):
        assert "CANARY" not in text
        assert "environment.TOKEN" in text
        assert "[secret]" in text
    # The detector is no dummy: a stack that holds the text without its mark would be found.
    forged = replace(report, notes=("CANARY-before-51c2",))
    assert "CANARY" in markdown.render(forged)


def test_nothing_to_do_is_nothing_to_report(changed: Project) -> None:
    changed.up()
    seen = preview(changed)
    assert not seen.changed
    assert seen.succeeded
    assert {each.type.rsplit(":", 1)[-1] for each in seen.unchanged} >= {"Vpc", "Subnet", "Command"}


def test_an_end_and_a_drift_are_told(changed: Project) -> None:
    ec2 = changed.region.client("ec2")
    ec2.create_tags(Resources=[changed.resources()["vpc"]["id"]], Tags=[{"Key": "owner", "Value": "somebody"}])
    changed.write(PROGRAM % BEFORE)
    seen = preview(changed, "--refresh")
    assert [(change.name, [each.path for each in change.properties]) for change in seen.drift] == [
        ("vpc", ["tags.owner"])
    ]
    changed.write("pulumi.log.warn('nothing is left')")
    gone = preview(changed)
    assert {change.operation for change in gone.changes} == {Operation.DELETE}
    assert {change.because for change in gone.changes} == {"the program does not declare it any more"}
    assert [(said.severity, said.message) for said in gone.diagnostics] == [("warning", "nothing is left")]


def test_an_exception_of_the_program_is_the_reports_first_word(project: Project, tmp_path: Path) -> None:
    project.write("raise ValueError('nothing to see')")
    seen = preview(project, fails=True)
    assert not seen.succeeded
    text = terminal.render(Report(environment="test", stacks=(seen,)))
    assert text.startswith("test: The preview failed")
    assert "ValueError: nothing to see" in text
