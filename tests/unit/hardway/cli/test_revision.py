"""The revision that a change is compared with."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hardway.cli.failure import Refused
from hardway.cli.revision import checked_out, fork_point


def git(repository: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.net", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(repository), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(repository: Path, text: str) -> str:
    (repository / "file").write_text(text)
    git(repository, "add", "file")
    git(repository, "commit", "--quiet", "-m", text)
    return git(repository, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """`main` with two commits, and `topic`, which is checked out and left `main` at the first."""
    repository = tmp_path / "clone"
    repository.mkdir()
    git(repository, "init", "--quiet")
    commit(repository, "first")
    git(repository, "checkout", "--quiet", "-b", "topic")
    git(repository, "checkout", "--quiet", "main")
    commit(repository, "second of main")
    git(repository, "checkout", "--quiet", "topic")
    commit(repository, "of topic")
    return repository


def test_what_the_other_branch_got_since_is_not_compared_with(repository: Path) -> None:
    assert fork_point("main", repository) == git(repository, "rev-parse", "main~1")
    assert fork_point("HEAD", repository) == git(repository, "rev-parse", "HEAD")


def test_the_files_of_the_revision_are_there_and_gone_afterwards(repository: Path, tmp_path: Path) -> None:
    (repository / "file").write_text("not committed")
    hook = repository / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n")
    hook.chmod(0o755)
    (repository / ".venv").mkdir()
    (repository / ".venv/kept").touch()
    before = git(repository, "status", "--porcelain")
    with checked_out("main", tmp_path / "base", repository) as revision:
        assert (revision.folder / "file").read_text() == "first"
        assert (revision.folder / ".venv/kept").is_file()
        assert str(revision) == f"main ({revision.commit[:12]})"
    assert not (tmp_path / "base").exists()
    assert (repository / ".venv/kept").is_file()
    assert (repository / "file").read_text() == "not committed"
    assert git(repository, "worktree", "list").count("\n") == 0
    assert git(repository, "status", "--porcelain") == before
    assert not (tmp_path / "hooked").exists()


def test_it_is_gone_also_when_what_was_done_with_it_fails(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), checked_out("main", tmp_path / "base", repository):
        raise ZeroDivisionError
    assert git(repository, "worktree", "list").count("\n") == 0


@pytest.mark.parametrize("name", ["nothing", "--all", "-n", "main:file"])
def test_what_is_no_revision_is_refused_with_how_to_get_it(repository: Path, name: str) -> None:
    with pytest.raises(Refused, match="fetch-depth: 0"):
        fork_point(name, repository)


def test_a_revision_without_a_common_commit_is_refused(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    commit(repository, "alone")
    with pytest.raises(Refused, match="no commit in common"):
        fork_point("main", repository)
