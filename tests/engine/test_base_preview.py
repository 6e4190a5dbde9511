"""`./hw preview --base`: what a change does, without credentials, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.repository import Repository, copy_repository

STACK_FILE = "stacks/Pulumi.dev.yaml"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One copy for all tests here; each begins with it as it was committed."""
    folder = tmp_path_factory.mktemp("base")
    return copy_repository(folder / "repository", folder)


@pytest.fixture(autouse=True)
def _as_committed(repository: Repository) -> None:
    repository.restore()


def changed(report: dict[str, Any]) -> dict[str, list[str]]:
    """Names of what changes, by stack and operation."""
    found: dict[str, list[str]] = {}
    for stack in report["stacks"]:
        for change in stack["changes"]:
            found.setdefault(f"{stack['stack']} {change['operation']} {change['type']}", []).append(change["name"])
    return found


def test_an_edit_without_effect_reports_nothing(repository: Repository) -> None:
    repository.edit(STACK_FILE, "# Two zones", "# Not three zones")
    repository.edit("components/network.py", "from __future__", "# Another comment.\nfrom __future__")
    report = repository.report("preview", "dev", "--base", "HEAD", "--no-policy")
    assert changed(report) == {}
    assert [stack["stack"] for stack in report["stacks"]] == ["dev-management", "dev", "dev-services"]
    assert all(stack["succeeded"] and not stack["outputs"] for stack in report["stacks"])


def test_a_change_is_reported_alone_and_each_time_in_the_same_bytes(repository: Repository) -> None:
    repository.edit(STACK_FILE, "instance_type: t3.medium", "instance_type: t3.xlarge")
    repository.edit("stacks/Pulumi.dev-services.yaml", "cluster_dns: {replicas: 2}", "cluster_dns: {replicas: 3}")
    before = (repository.folder / STACK_FILE).read_bytes()
    command = ("preview", "dev", "--base", "HEAD", "--no-policy", "--report", "json", "--gate")
    # The gate is an exit code. What is past its end of life is a matter of the day.
    held = repository.hw(*command, "--release", "run:end-of-life", code=2)
    released = repository.hw(*command, "--release", "run:end-of-life", "--release", "replace:control-plane")

    report, again = json.loads(held.stdout), json.loads(released.stdout)
    found = changed(report)
    assert found["dev replace aws:ec2/instance:Instance"] == [
        f"control-plane-control-plane-{number}" for number in (1, 2, 3)
    ]
    assert {name.rsplit(" ", 1)[-1] for name in found} == {
        "aws:ec2/instance:Instance",
        # The drill's machine is of a control plane's size.
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "command:local:Command",
        "kubernetes:apps/v1:Deployment",
    }
    assert '"<Instance control-plane-control-plane-1>"' in held.stdout, "what the region made up is told by name"
    assert "--release replace:control-plane" in held.stderr
    assert "3 control planes are replaced" in held.stderr
    assert any(note.startswith("Held back until released by replace:control-plane") for note in report.pop("notes"))
    assert any(note.startswith("Released by replace:control-plane") for note in again.pop("notes"))
    assert json.dumps(report) == json.dumps(again)
    assert (repository.folder / STACK_FILE).read_bytes() == before
    assert repository.git("worktree", "list").count("\n") == 1


def test_a_base_that_cannot_be_made_says_so(repository: Repository) -> None:
    repository.edit("__main__.py", "main()\n", 'raise pulumi.RunError("older than what it takes")\n')
    repository.git("commit", "--quiet", "--all", "-m", "Broken")
    try:
        done = repository.hw("preview", "dev", "--base", "HEAD", "--no-policy", code=1)
    finally:
        repository.git("reset", "--quiet", "--hard", "HEAD~1")
    assert "give --base a newer revision" in done.stderr
    assert "older than what it takes" in done.stderr
