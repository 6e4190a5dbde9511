"""Workflows: what runs a stranger's code holds nothing worth stealing, and what may write runs no stranger's code."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardway.cli.reference import command_tree

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted([*REPOSITORY.glob(".github/workflows/*.y*ml"), *REPOSITORY.glob(".gitea/workflows/*.y*ml")])
CHECKOUT = "actions/checkout@"
NAMES = [str(path.relative_to(REPOSITORY)) for path in WORKFLOWS]


def load(path: Path) -> dict[str, Any]:
    document = yaml.safe_load(path.read_text())
    # YAML 1.1 reads `on` as a truth value.
    document["on"] = document.pop(True)
    return dict(document)


def jobs(path: Path) -> Iterator[dict[str, Any]]:
    yield from load(path)["jobs"].values()


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path):
        yield from job["steps"]


def permissions(path: Path) -> Iterator[dict[str, str]]:
    """What the token may do in each job."""
    document = load(path)
    for job in document["jobs"].values():
        yield job.get("permissions", document["permissions"])


@pytest.fixture(params=WORKFLOWS, ids=NAMES)
def workflow(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    for step in steps(workflow):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step.get("uses", CHECKOUT + "0" * 40)), step


def test_nothing_of_a_pull_request_is_pasted_into_a_script(workflow: Path) -> None:
    for step in steps(workflow):
        assert "${{" not in step.get("run", "")


def test_no_workflow_runs_a_strangers_code_with_our_rights(workflow: Path) -> None:
    assert "pull_request_target" not in load(workflow)["on"]


def test_no_checkout_leaves_the_token_behind(workflow: Path) -> None:
    for step in steps(workflow):
        if step.get("uses", "").startswith(CHECKOUT):
            assert step["with"]["persist-credentials"] is False


def test_jobs_on_a_pull_request_may_write_nothing_on_github() -> None:
    checked = 0
    for path in WORKFLOWS:
        if ".github" in path.parts and "pull_request" in load(path)["on"]:
            for granted in permissions(path):
                checked += 1
                assert {name for name, level in granted.items() if level == "write"} <= {"id-token"}
    assert checked >= 3


def test_what_writes_after_a_pull_request_takes_its_code_from_nowhere_but_the_default_branch() -> None:
    path = REPOSITORY / ".github/workflows/preview-comment.yml"
    assert load(path)["on"] == {"workflow_run": {"workflows": ["preview"], "types": ["completed"]}}
    assert list(permissions(path)) == [{"actions": "read", "contents": "read", "pull-requests": "write"}]
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith(CHECKOUT)]
    assert [set(step["with"]) for step in checkouts] == [{"persist-credentials"}], "no ref, no other repository"
    assert [step["run"].split()[:2] for step in steps(path) if "run" in step] == [["./hw", "comment"]]


def test_credentials_take_an_environment_and_a_branch_of_ours() -> None:
    found = 0
    for path in WORKFLOWS:
        for job in jobs(path):
            if job.get("permissions", {}).get("id-token") == "write":
                found += 1
                assert job["environment"]
                if "pull_request" in load(path)["on"]:
                    assert "github.event.pull_request.head.repo.full_name == github.repository" in job["if"]
    assert found == 2


def test_on_gitea_the_step_with_the_token_runs_the_base_branch() -> None:
    path = REPOSITORY / ".gitea/workflows/preview.yml"
    holders = [step for step in steps(path) if "GITEA_TOKEN" in step.get("env", {})]
    assert len(holders) == 1
    assert "base/hw comment" in holders[0]["run"]
    assert "./hw" not in holders[0]["run"]
    (base,) = [step for step in steps(path) if step.get("with", {}).get("path") == "base"]
    assert base["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"


def test_on_gitea_whose_runner_gives_its_token_to_every_step_the_pull_requests_code_has_none() -> None:
    """https://github.com/nektos/act/blob/master/pkg/runner/run_context.go sets GITHUB_TOKEN for all of them."""
    path = REPOSITORY / ".gitea/workflows/preview.yml"
    judging = [step["run"] for step in steps(path) if "./hw" in step.get("run", "")]
    assert [run.splitlines()[0] for run in judging] == ["unset GITHUB_TOKEN GITEA_TOKEN"]


def test_commands_and_options_exist(workflow: Path) -> None:
    known = command_tree()
    for step in steps(workflow):
        for line in step.get("run", "").splitlines():
            if found := re.search(r"(?:\./|base/)hw (\w+)(.*)", line):
                command, rest = found.groups()
                assert set(re.findall(r"--[\w-]+", rest.split(";")[0])) <= known[command], line


@pytest.mark.parametrize("forge", [".github", ".gitea"])
def test_labels_are_releases(forge: str, tmp_path: Path) -> None:
    path = REPOSITORY / forge / "workflows/preview.yml"
    (step,) = [step for step in steps(path) if "--base" in step.get("run", "")]
    (tmp_path / "hw").write_text('#!/bin/sh\necho "$HARDWAY_RELEASE"\necho "$@"\n')
    (tmp_path / "hw").chmod(0o755)
    labels = ["release replace:control-plane", "bug", "release delete:many", "prerelease x", "$(touch stolen)"]
    variables = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "prod",
        "BASE": "HEAD^1",
        "RUNNER_TEMP": "/tmp/runner",
        "NAMES": step["env"]["NAMES"],
        "LABELS": json.dumps(labels),
    }
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, env=variables, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "replace:control-plane delete:many",
        "preview prod --base HEAD^1 --gate --report markdown --output /tmp/runner/report.md",
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["hw"]


def test_every_environment_of_a_matrix_has_a_stack_file(workflow: Path) -> None:
    for job in jobs(workflow):
        for name in job.get("strategy", {}).get("matrix", {}).get("environment", []):
            assert (REPOSITORY / "stacks" / f"Pulumi.{name}.yaml").is_file()


def test_both_forges_have_the_same_workflows() -> None:
    # Gitea reads .github/workflows only where there is no .gitea/workflows.
    names = {forge: {path.stem for path in WORKFLOWS if forge in path.parts} for forge in (".github", ".gitea")}
    assert names[".github"] - names[".gitea"] == {"preview-comment"}
    assert names[".gitea"] <= names[".github"]
