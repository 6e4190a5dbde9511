"""A report from CI to the pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardway.cli.commands.comment import comment
from hardway.cli.commenting import post_comment, read_report
from hardway.cli.failure import Failure, Refused
from hardway.comment.body import marker_of
from tests.unit.hardway.comment.forge_server import REPOSITORY, TOKEN, Fault, Server, serving

SHA = "5d3f0a"


@pytest.fixture(params=["github", "gitea"])
def run_of_ci(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """The variables of a run on pull request 7, and its forge."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    with serving(request.param) as server:
        for name, value in {
            "GITEA_ACTIONS": "true" if server.kind == "gitea" else "",
            "GITHUB_API_URL": server.api_url,
            "GITHUB_GRAPHQL_URL": f"{server.url}/graphql",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_RUN_ID": "12",
            "GITHUB_TOKEN": TOKEN,
            "GITEA_TOKEN": "",
        }.items():
            monkeypatch.setenv(name, value)
        yield server


def test_a_report_becomes_the_comment(run_of_ci: Server, capsys: pytest.CaptureFixture[str]) -> None:
    post_comment("prod", "### report")
    (body,) = run_of_ci.bodies()
    marker = marker_of(body)
    assert marker is not None
    assert (marker.environment, marker.run) == ("prod", 12)
    said = capsys.readouterr()
    assert "pull request 7 is created" in said.err
    assert TOKEN not in said.err + said.out


def test_a_run_after_another_posts_on_the_pull_request_of_that_commit(
    run_of_ci: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = tmp_path / "run.json"
    watched = {"id": 3, "head_sha": SHA, "head_branch": "topic", "head_repository": {"owner": {"login": "fork"}}}
    event.write_text(json.dumps({"workflow_run": watched}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    report = tmp_path / "report.md"
    report.write_text("### report\n<!-- hardway: preview of dev, run 99 -->\n")
    comment("prod", report)
    assert "no open pull request has this run's commit" in capsys.readouterr().err
    assert run_of_ci.bodies(9) == []

    run_of_ci.pulls = [{"number": 9, "head": {"sha": SHA, "ref": "topic"}}]
    comment("prod", report)
    (body,) = run_of_ci.bodies(9)
    assert body.startswith("<!-- hardway: preview of prod, run 3 -->\n> Made by the code of the pull request")
    assert "### report" in body


def test_what_a_forge_refuses_is_one_paragraph(run_of_ci: Server) -> None:
    run_of_ci.faults.append(Fault("POST", 403))
    with pytest.raises(Failure, match=r"the comment of prod was not posted: POST .*pull-requests: write"):
        post_comment("prod", "### report")


def test_a_report_that_is_too_long_is_refused(run_of_ci: Server) -> None:
    with pytest.raises(Refused, match="makes one that fits"):
        post_comment("prod", "x" * 70_000)


def test_outside_of_ci_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)
    with pytest.raises(Failure, match="GITHUB_EVENT_PATH is not set"):
        post_comment("prod", "### report")


def test_only_an_ordinary_file_is_a_report(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not for a comment")
    (tmp_path / "link.md").symlink_to(secret)
    (tmp_path / "large.md").write_bytes(b"x" * 2_000_000)
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe")
    for name in ("link.md", "large.md", "binary.md", "nothing.md", "."):
        with pytest.raises(Refused):
            read_report(tmp_path / name)
    assert read_report(secret) == "not for a comment"
