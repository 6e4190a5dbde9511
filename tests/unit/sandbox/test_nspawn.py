from __future__ import annotations

import os
from pathlib import Path

from sandbox import nspawn


def test_the_command_boots_the_root_in_its_network_again_after_each_reboot() -> None:
    command = nspawn.command(
        machine="i-0123",
        hostname="node",
        root=Path("/machines/root"),
        network_namespace="hw1a2b-0123",
        binds={"/var/lib/kubelet": Path("/machines/data")},
    )
    assert command[:2] == ["/bin/sh", "-c"]
    assert "133" in command[2]
    assert {
        "--directory=/machines/root",
        "--machine=i-0123",
        "--hostname=node",
        "--network-namespace-path=/run/netns/hw1a2b-0123",
        "--bind=/machines/data:/var/lib/kubelet",
        "--register=no",
    } <= set(command)


def test_no_process_of_this_host_is_a_containers_init() -> None:
    assert not nspawn.is_init(os.getpid())
    assert not nspawn.is_init(1)
    assert not nspawn.is_init(2**22 + 1)


def test_the_lock_is_named_after_the_root(tmp_path: Path) -> None:
    identity = tmp_path.stat()
    assert nspawn.lock_of(tmp_path).name == f"inode-{identity.st_dev}:{identity.st_ino}"


def test_leftovers_that_are_not_there_are_no_error(tmp_path: Path) -> None:
    nspawn.remove_leftovers("i-never-was", tmp_path / "lock")
