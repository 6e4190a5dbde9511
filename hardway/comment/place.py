"""Where a comment goes, from what CI tells its jobs: GitHub Actions, and Gitea Actions, which speaks the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardway.comment.forge import Forge, ForgeError


@dataclass(frozen=True)
class Head:
    """The commit that a run was about, where only that is to be trusted."""

    commit: str
    owner: str
    branch: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """One repository, one run, and one pull request or what leads to it."""

    api_url: str
    graphql_url: str
    repository: str
    run: int
    pull: int | None
    head: Head | None
    token: str = field(repr=False)

    def forge(self) -> Forge:
        """The API there."""
        return Forge(api_url=self.api_url, graphql_url=self.graphql_url, repository=self.repository, token=self.token)

    def find_pull(self, forge: Forge) -> int | None:
        """The pull request; None if it is closed or has newer commits, so that nobody waits for this report."""
        if self.pull is not None:
            return self.pull
        assert self.head is not None
        return forge.open_pull(self.head.commit, self.head.owner, self.head.branch)


def place(variables: Mapping[str, str]) -> Place:
    """The place that these environment variables name; ForgeError says which one is missing.

    After `workflow_run` the pull request is found by the run's own commit. A number that came along in the files of
    such a run would be the word of whoever opened the pull request, and could name somebody else's.
    """
    gitea = variables.get("GITEA_ACTIONS") == "true"
    event = _event(variables)
    pull, head, run = None, None, variables.get("GITHUB_RUN_ID", "")
    if (watched := event.get("workflow_run")) is not None:
        run = watched["id"]
        if watched.get("head_repository") is None:
            raise ForgeError("the fork that the pull request came from is gone, so nobody can tell which one it is.")
        head = Head(
            commit=watched["head_sha"],
            owner=watched["head_repository"]["owner"]["login"],
            branch=watched["head_branch"],
        )
    else:
        pull = (event.get("pull_request") or {}).get("number")
        if pull is None:
            raise ForgeError(
                f"this run is about no pull request: its event is {variables.get('GITHUB_EVENT_NAME', 'unknown')}."
                " Comments are for workflows on pull_request, or on workflow_run after one."
            )
    return Place(
        api_url=_wanted(variables, "GITHUB_API_URL"),
        graphql_url="" if gitea else _wanted(variables, "GITHUB_GRAPHQL_URL"),
        repository=_wanted(variables, "GITHUB_REPOSITORY"),
        run=int(run or 0),
        pull=int(pull) if pull is not None else None,
        head=head,
        token=_token(variables),
    )


def _event(variables: Mapping[str, str]) -> dict[str, Any]:
    path = Path(_wanted(variables, "GITHUB_EVENT_PATH"))
    found = json.loads(path.read_text())
    return dict(found)


def _wanted(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        raise ForgeError(
            f"{name} is not set. Comments are posted from GitHub Actions or Gitea Actions, which set it;"
            " elsewhere use --report markdown and post what it prints."
        )
    return variables[name]


def _token(variables: Mapping[str, str]) -> str:
    for name in ("GITEA_TOKEN", "GITHUB_TOKEN"):
        if variables.get(name):
            return variables[name]
    raise ForgeError(
        "there is no token: give the step `env: GITHUB_TOKEN: ${{ github.token }}` and the job the permission"
        " `pull-requests: write`."
    )
