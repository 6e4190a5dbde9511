from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hardway.cli import target as target_module
from hardway.cli.commands.preview import _throw_away_project, has_credentials
from hardway.cli.paths import REPOSITORY
from hardway.cli.target import Target


def test_the_copy_of_a_stack_file_has_no_seal_and_nothing_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = "secretsprovider: awskms://x\nencryptedkey: y\nencryptionsalt: z\nconfig:\n  a:b: 1\n  c:d: {secure: q}\n"
    (tmp_path / "Pulumi.live.yaml").write_text(sealed)
    monkeypatch.setattr(target_module, "STACKS", tmp_path)
    project = _throw_away_project(Target("live"), tmp_path / "project")
    assert yaml.safe_load((project / "stacks" / "Pulumi.live.yaml").read_text()) == {"config": {"a:b": 1}}
    assert (tmp_path / "Pulumi.live.yaml").read_text() == sealed


def test_the_copy_runs_the_repositorys_own_program(tmp_path: Path) -> None:
    project = _throw_away_project(Target("dev"), tmp_path)
    assert yaml.safe_load((project / "Pulumi.yaml").read_text())["main"] == str(REPOSITORY)


def test_credentials_are_found_in_variables_and_in_the_shared_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert not has_credentials()
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert has_credentials()
    monkeypatch.delenv("AWS_PROFILE")
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text("[default]\n")
    assert has_credentials()
