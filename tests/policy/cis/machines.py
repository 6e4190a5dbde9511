"""The machines of the sandbox's stack file, and what becomes of one when a file of it changes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from hardway.artifacts.lock import load_lock
from hardway.config.load import load_environment
from policy.cis.machine import Machine, MachineFile
from policy.cis.planned import planned_machines

ROOT = Path(__file__).parents[3]
UNITS = "/etc/systemd/system"


@cache
def machine(name: str) -> Machine:
    """A planned machine by its member's or its pool's name."""
    values = yaml.safe_load((ROOT / "stacks" / "Pulumi.sandbox.yaml").read_text())["config"]
    environment = load_environment("sandbox", values, "stacks/Pulumi.sandbox.yaml")
    (found,) = [one for one in planned_machines(environment, load_lock("sandbox")) if one.name == name]
    return found


def rewritten(before: Machine, path: str, old: str, new: str) -> Machine:
    """The machine with another text in one of its files."""
    file = before.files[path]
    assert old in file.content, f"{path} does not say {old!r}"
    return with_file(before, path, replace(file, content=file.content.replace(old, new)))


def with_mode(before: Machine, path: str, mode: int) -> Machine:
    """The machine with another mode of one of its files."""
    return with_file(before, path, replace(before.files[path], mode=mode))


def with_owner(before: Machine, path: str, owner: str) -> Machine:
    """The machine with another owner of one of its files."""
    return with_file(before, path, replace(before.files[path], owner=owner))


def with_file(before: Machine, path: str, file: MachineFile) -> Machine:
    """The machine with one more file, or another one in its place."""
    return Machine(name=before.name, role=before.role, files={**before.files, path: file})


def without_file(before: Machine, path: str) -> Machine:
    """The machine without one of its files."""
    return Machine(name=before.name, role=before.role, files={one: f for one, f in before.files.items() if one != path})
