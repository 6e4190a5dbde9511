"""A raised epoch is another bundle for exactly the machines that hold the leaves, and so a machine with new ones."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.bundle import pack, sha256
from hardway.machine.control_plane import render_control_plane
from hardway.machine.file import File
from hardway.machine.worker import render_worker
from tests.golden.conftest import environment, lock

__all__ = ["environment", "lock"]

PATH = "/etc/hardway/epochs"


def raised(environment: Environment, group: str) -> Environment:
    epochs = environment.pki.epochs.model_copy(update={group: 2})
    return environment.model_copy(update={"pki": environment.pki.model_copy(update={"epochs": epochs})})


def bundles(environment: Environment, lock: ArtifactLock) -> Mapping[str, Mapping[str, File]]:
    members = environment.control_plane.members
    return {
        **{member: render_control_plane(environment, member, lock) for member in members},
        **{pool: render_worker(environment, pool, lock) for pool in environment.pools},
    }


def test_a_machine_names_the_epochs_of_its_own_leaves(environment: Environment, lock: ArtifactLock) -> None:
    made = bundles(environment, lock)
    assert made["control-plane-1"][PATH].content == "control_plane=1\netcd=1\nnode=1\n"
    assert made["general"][PATH].content == "node=1\n"


@pytest.mark.parametrize(
    ("group", "rolled"),
    [
        ("etcd", {"control-plane"}),
        ("control_plane", {"control-plane"}),
        ("node", {"control-plane", "worker"}),
        ("operator", set()),
        ("break_glass", set()),
    ],
)
def test_a_raised_epoch_rolls_who_has_its_leaves(
    environment: Environment, lock: ArtifactLock, group: str, rolled: set[str]
) -> None:
    before, after = bundles(environment, lock), bundles(raised(environment, group), lock)
    changed = {name for name in before if sha256(pack(before[name])) != sha256(pack(after[name]))}
    of_role = {"control-plane": set(environment.control_plane.members), "worker": set(environment.pools)}
    assert changed == {name for role in rolled for name in of_role[role]}
