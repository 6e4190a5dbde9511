"""A revision of this repository, checked out beside the working tree for as long as it is needed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hardway.cli.failure import Failure, Refused
from hardway.cli.paths import REPOSITORY


@dataclass(frozen=True)
class Revision:
    """One commit and a folder with its files."""

    name: str
    """As it was asked for."""
    commit: str
    folder: Path

    def __str__(self) -> str:
        """Name and abbreviated commit."""
        return self.commit[:12] if self.commit.startswith(self.name) else f"{self.name} ({self.commit[:12]})"


def fork_point(name: str, repository: Path = REPOSITORY) -> str:
    """The commit at which the working tree's history left that revision: what it has got since is nobody's change here.

    Refused if there is no such revision, or no such commit in this clone.
    """
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode != 0:
        raise Refused(
            f"there is no revision {name!r} in this clone{_said(found)}. Fetch it (git fetch origin BRANCH; a checkout"
            " in CI needs fetch-depth: 0), or give --base a commit that git log shows."
        )
    commit = found.stdout.strip()
    base = _git(repository, "merge-base", commit, "HEAD")
    if base.returncode != 0:
        raise Refused(
            f"{name} and the working tree have no commit in common{_said(base)}. A shallow clone lacks it: git fetch"
            " --unshallow, or fetch-depth: 0 in CI."
        )
    return base.stdout.strip()


@contextmanager
def checked_out(name: str, folder: Path, repository: Path = REPOSITORY) -> Iterator[Revision]:
    """The fork point of that revision as a worktree in `folder`, which must not exist yet; gone afterwards."""
    commit = fork_point(name, repository)
    # Hooks are for people's own checkouts.
    added = _git(
        repository, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", str(folder), commit
    )
    if added.returncode != 0:
        raise Failure(f"git could not check {commit[:12]} out beside the working tree{_said(added)}.")
    try:
        # Its program runs with the packages that are installed here.
        (folder / ".venv").symlink_to(repository / ".venv")
        yield Revision(name, commit, folder)
    finally:
        _git(repository, "worktree", "remove", "--force", str(folder))
        _git(repository, "worktree", "prune")


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", "-C", str(repository), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Failure("git is not installed, and a base revision comes from it. See ./hw doctor.") from error


def _said(done: subprocess.CompletedProcess[str]) -> str:
    said = " ".join(done.stderr.split()).removeprefix("fatal: ")
    return f" ({said})" if said else ""
