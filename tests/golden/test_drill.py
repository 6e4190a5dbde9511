"""Every file of the machine that tries the latest backup, and what must be true of it."""

from __future__ import annotations

import subprocess

import pytest

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.control_plane import render_control_plane
from hardway.machine.drill import UNITS, render_drill
from hardway.machine.file import File
from tests.golden.trees import CheckTree

DIGEST = "/usr/lib/hardway/etcd-digest"


@pytest.fixture
def files(environment: Environment, lock: ArtifactLock) -> dict[str, File]:
    return render_drill(environment, lock)


def test_every_file_is_as_reviewed(files: dict[str, File], check_tree: CheckTree) -> None:
    check_tree("drill", files)


def test_it_has_nothing_of_a_node_and_no_secret(files: dict[str, File]) -> None:
    assert not [path for path in files if "kube" in path or "containerd" in path or "pki" in path]
    assert "HW_SECRET=\n" in files["/etc/hardway/machine.env"].content
    lines = files["/etc/hardway/artifacts.tsv"].content.splitlines()
    assert [line.split("\t")[3].rsplit("/", 1)[1] for line in lines] == ["etcd", "etcdctl", "etcdutl"]


def test_it_compares_with_the_program_that_backs_up(
    files: dict[str, File], environment: Environment, lock: ArtifactLock
) -> None:
    assert files[DIGEST] == render_control_plane(environment, "control-plane-1", lock)[DIGEST]


def test_programs_can_be_run_and_are_valid(files: dict[str, File]) -> None:
    for path, file in files.items():
        if file.content.startswith("#!"):
            assert file.mode == 0o755, path
        if file.content.startswith("#!/bin/bash"):
            subprocess.run(["bash", "-n"], input=file.content, text=True, check=True)


def test_the_machine_ends_with_its_drill(files: dict[str, File]) -> None:
    (unit,) = UNITS["etcd"]
    text = files[f"/etc/systemd/system/{unit}"].content
    assert "SuccessAction=poweroff" in text
    assert "FailureAction=poweroff" in text
    assert "TimeoutStartSec=" in text
    assert files["/etc/hardway/units.tsv"].content == f"etcd\t{unit}\n"


def test_without_a_management_stack_there_is_nothing_to_try(environment: Environment, lock: ArtifactLock) -> None:
    with pytest.raises(ValueError, match="no backup bucket"):
        render_drill(environment.model_copy(update={"management": None}), lock)
