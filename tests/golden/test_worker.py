"""What a worker boots: every file as a reviewer sees it change, and the few things that must hold."""

from __future__ import annotations

import json
import subprocess
from fnmatch import fnmatchcase

import pytest
import yaml

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.file import File
from hardway.machine.private_files import PATTERNS
from hardway.machine.worker import render_worker
from tests.golden.trees import CheckTree


@pytest.fixture
def files(environment: Environment, lock: ArtifactLock) -> dict[str, File]:
    return render_worker(environment, "general", lock)


def test_every_file_of_a_worker(files: dict[str, File], check_tree: CheckTree) -> None:
    check_tree("worker", files)


def test_no_file_holds_a_secret(files: dict[str, File]) -> None:
    assert not [path for path, file in files.items() if "PRIVATE KEY" in file.content]


def test_only_what_the_benchmark_names_is_hidden(files: dict[str, File]) -> None:
    hidden = {path for path, file in files.items() if file.mode & 0o077 == 0}
    assert hidden == {path for path in files if any(fnmatchcase(path, pattern) for pattern in PATTERNS)}


def test_programs_can_be_run_and_are_valid(files: dict[str, File]) -> None:
    programs = {path: file for path, file in files.items() if file.content.startswith("#!/bin/bash")}
    assert {"/usr/lib/hardway/boot", "/usr/lib/hardway/join"} <= programs.keys()
    for path, file in programs.items():
        assert file.mode == 0o755, path
        subprocess.run(["bash", "-n"], input=file.content, text=True, check=True)


def test_every_unit_that_the_boot_starts_is_there(files: dict[str, File]) -> None:
    lines = files["/etc/hardway/units.tsv"].content.splitlines()
    assert lines
    for line in lines:
        assert f"/etc/systemd/system/{line.split(chr(9))[1]}" in files


def test_kubelet_lets_nobody_in_without_a_name(files: dict[str, File]) -> None:
    kubelet = yaml.safe_load(files["/etc/kubernetes/kubelet.yaml"].content)
    assert kubelet["authentication"]["anonymous"] == {"enabled": False}
    assert kubelet["authorization"] == {"mode": "Webhook"}
    assert kubelet["readOnlyPort"] == 0


def test_logind_waits_longer_than_kubelet(files: dict[str, File]) -> None:
    kubelet = yaml.safe_load(files["/etc/kubernetes/kubelet.yaml"].content)
    login = files["/etc/systemd/logind.conf.d/50-hardway.conf"].content
    assert int(login.split("InhibitDelayMaxSec=")[1]) > int(kubelet["shutdownGracePeriod"].removesuffix("s"))


def test_flannel_is_told_the_network_of_the_machines(files: dict[str, File], environment: Environment) -> None:
    flannel = json.loads(files["/etc/flannel/net-conf.json"].content)
    assert flannel["Backend"]["MTU"] == environment.network.mtu  # it takes off its own overhead
    assert flannel["EnableNFTables"] is True


def test_all_workers_of_a_pool_share_one_bundle(environment: Environment, lock: ArtifactLock) -> None:
    assert render_worker(environment, "general", lock) == render_worker(environment, "general", lock)
