"""Where a comment goes, by what CI says of its run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hardway.comment.forge import ForgeError
from hardway.comment.place import Head, place
from tests.unit.hardway.comment.forge_server import TOKEN, Server


def variables(folder: Path, event: dict[str, Any], **others: str) -> dict[str, str]:
    """What GitHub Actions sets."""
    file = folder / "event.json"
    file.write_text(json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
        "GITHUB_REPOSITORY": "owner/platform",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_RUN_ID": "1658821493",
        "GITHUB_TOKEN": TOKEN,
        **others,
    }


FORK = {
    "workflow_run": {
        "id": 44,
        "head_sha": "abc",
        "head_branch": "topic",
        "head_repository": {"owner": {"login": "stranger"}},
        "pull_requests": [{"number": 1}],
    }
}


def test_a_run_on_a_pull_request_knows_its_number(tmp_path: Path) -> None:
    found = place(variables(tmp_path, {"pull_request": {"number": 7}}))
    assert (found.pull, found.head, found.run) == (7, None, 1658821493)
    assert found.repository == "owner/platform"


def test_a_run_after_another_looks_for_the_pull_request_of_that_commit(tmp_path: Path, server: Server) -> None:
    found = place(variables(tmp_path, FORK))
    assert (found.pull, found.head, found.run) == (None, Head("abc", "stranger", "topic"), 44)
    server.pulls = [{"number": 12, "head": {"sha": "abc", "ref": "topic"}}]
    assert found.find_pull(server.forge()) == 12
    server.pulls = [{"number": 12, "head": {"sha": "abd", "ref": "topic"}}]
    assert found.find_pull(server.forge()) is None


def test_a_fork_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = {"workflow_run": {**FORK["workflow_run"], "head_repository": None}}
    with pytest.raises(ForgeError, match=r"the fork .* is gone"):
        place(variables(tmp_path, gone))


def test_gitea_has_no_graphql_and_its_token_comes_first(tmp_path: Path) -> None:
    own = {"GITEA_ACTIONS": "true", "GITEA_TOKEN": "gitea", "GITHUB_API_URL": "https://git.example.net/api/v1"}
    found = place(variables(tmp_path, {"pull_request": {"number": 7}}, **own))
    assert (found.graphql_url, found.token) == ("", "gitea")


def test_a_push_is_about_no_pull_request(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="its event is push"):
        place(variables(tmp_path, {}, GITHUB_EVENT_NAME="push"))


@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_EVENT_PATH", "GITHUB_GRAPHQL_URL"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    given = variables(tmp_path, {"pull_request": {"number": 7}})
    del given[name]
    with pytest.raises(ForgeError, match=name):
        place(given)


def test_without_a_token_the_permission_is_named(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="pull-requests: write"):
        place(variables(tmp_path, {"pull_request": {"number": 7}}, GITHUB_TOKEN=""))


def test_the_token_is_in_no_text_of_the_place(tmp_path: Path) -> None:
    assert TOKEN not in repr(place(variables(tmp_path, {"pull_request": {"number": 7}})))
