"""A copy of this repository as it lies on the disk, with a history of its own, that a test may change as it likes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardway.cli.paths import cache_directory

ROOT = Path(__file__).parents[2]
HIDDEN = ("AWS_", "PULUMI_", "HARDWAY_", "GITHUB_", "GITEA_")


@dataclass(frozen=True)
class Repository:
    """The copy, and a home of its own."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def hw(self, *arguments: str, code: int | tuple[int, ...] = 0) -> subprocess.CompletedProcess[str]:
        """Run `./hw`; any exit code but the expected ones fails the test."""
        done = subprocess.run(
            [str(self.folder / ".venv/bin/python"), "-m", "hardway.cli", *arguments],
            cwd=self.folder,
            env={**self.variables, "PYTHONPATH": str(self.folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        expected = (code,) if isinstance(code, int) else code
        assert done.returncode in expected, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def report(self, *arguments: str, code: int | tuple[int, ...] = 0) -> dict[str, Any]:
        """What a command with `--report json` reports."""
        found = json.loads(self.hw(*arguments, "--report", "json", code=code).stdout)
        assert isinstance(found, dict)
        return found

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        file = self.folder / path
        content = file.read_text()
        assert old in content, f"{path} has no {old!r}"
        file.write_text(content.replace(old, new))

    def restore(self) -> None:
        """Everything as it was committed."""
        self.git("checkout", "--quiet", "--", ".")

    def git(self, *arguments: str) -> str:
        """Run git; what it printed."""
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.net", "-c", "init.defaultBranch=main"]
        command = ["git", "-C", str(self.folder), *identity, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def copy_repository(folder: Path, home: Path) -> Repository:
    """The files that git knows or would take, as they are on the disk, committed once in a new history."""
    listed = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    for name in names.split("\0"):
        # A file may be listed and gone.
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    repository = Repository(folder, kept | {"HOME": str(home), "HARDWAY_CACHE": str(cache_directory())})
    repository.git("init", "--quiet")
    # Links are not ignored by a rule for folders.
    (folder / ".git/info/exclude").write_text(".venv\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "As it lies on the disk")
    return repository
