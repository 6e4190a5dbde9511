"""Broken stacks: a compliant run of the engine with one change each, described in tests/fixtures/broken/.

A run as the pack sees it is recorded from the real engine once; each case changes the record and not the program, for
most of what rules find cannot be written with this repository's components any more, and an engine for each case would
take minutes on two cores.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from hardway.machine.bundle import pack
from hardway.machine.file import File
from policy.booted_machine import bundled_machine
from policy.configuration import Configuration
from policy.resource import Asset, Resource
from tests.engine.recorded import Recorded

FOLDER = Path(__file__).parents[1] / "fixtures" / "broken"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Model):
    """What differs in one resource."""

    resource: str
    """`type::name`."""

    set: dict[str, Any] = {}
    """Values by dotted path; numbers are indexes of lists."""

    drop: tuple[str, ...] = ()
    """Dotted paths."""

    protect: bool | None = None


class FileChange(_Model):
    """What differs in one file of one machine's bundle."""

    bundle: str
    """Name of the object."""

    file: str
    old: str = ""
    new: str = ""
    mode: int | None = Field(default=None, description="In octal digits, as 0o644.")


class Added(_Model):
    """One more resource."""

    type: str
    name: str
    properties: dict[str, Any]


class Broken(_Model):
    """One broken stack."""

    what: str
    stack: str
    """`prod` or `prod-services`."""

    finds: str
    """The one rule that finds it."""

    at: str | None = None
    """Name of the resource at which it is found; None for the stack as a whole."""

    configuration: dict[str, Any] = {}
    """Values of the stack file by dotted path, as `hardway:network.service_cidr`."""

    change: tuple[Change, ...] = ()
    files: tuple[FileChange, ...] = ()
    add: tuple[Added, ...] = ()
    remove: tuple[str, ...] = ()
    """Resources, as `type::name`."""


def broken_stacks() -> dict[str, Broken]:
    """Every case by the name of its file."""
    return {
        path.stem: Broken.model_validate(yaml.safe_load(path.read_text())) for path in sorted(FOLDER.glob("*.yaml"))
    }


def broken(recorded: Recorded, case: Broken, folder: Path) -> Recorded:
    """The recorded run with the case's changes; `folder` takes what bundles it needs."""

    def changed(resources: Sequence[Resource]) -> list[Resource]:
        kept = [one for one in resources if _key(one) not in case.remove]
        for change in case.change:
            kept = _replaced(kept, change.resource, partial(_with_change, change))
        for file in case.files:
            name = f"aws:s3/bucketObjectv2:BucketObjectv2::{file.bundle}"
            kept = _replaced(kept, name, partial(_with_file, file, folder))
        return [*kept, *(_new(one) for one in case.add)]

    missing = {*case.remove} - {_key(one) for one in recorded.stack}
    assert not missing, f"there is no {missing}"
    values = copy.deepcopy(dict(recorded.configuration.stack.configuration))
    for path, value in case.configuration.items():
        _set(values, path, value)
    settings = recorded.configuration.stack.model_copy(update={"configuration": values})
    return Recorded(Configuration(stack=settings), changed(recorded.inputs), changed(recorded.stack))


def _key(one: Resource) -> str:
    return f"{one.type}::{one.name}"


def _replaced(resources: Sequence[Resource], key: str, change: Callable[[Resource], Resource]) -> list[Resource]:
    assert key in map(_key, resources), f"there is no {key}"
    return [change(one) if _key(one) == key else one for one in resources]


def _with_change(change: Change, one: Resource) -> Resource:
    properties = copy.deepcopy(dict(one.properties))
    for path, value in change.set.items():
        _set(properties, path, value)
    for path in change.drop:
        parent, key = _parent(properties, path)
        del parent[key]
    protect = one.protect if change.protect is None else change.protect
    return replace(one, properties=properties, protect=protect)


def _with_file(change: FileChange, folder: Path, one: Resource) -> Resource:
    machine = bundled_machine(one)
    assert machine is not None, f"{one.name} is no bundle"
    files = {path: File(file.content, file.mode) for path, file in machine.files.items()}
    before = files[change.file]
    assert change.old in before.content, f"{change.file} does not say {change.old!r}"
    content = before.content.replace(change.old, change.new) if change.old else before.content
    files[change.file] = File(content, before.mode if change.mode is None else change.mode)
    bundle = folder / f"{change.bundle}.tar"
    bundle.write_bytes(pack(files))
    return replace(one, properties={**one.properties, "source": Asset(path=str(bundle))})


def _new(added: Added) -> Resource:
    urn = f"urn:pulumi:prod::hardway::{added.type}::{added.name}"
    return Resource(type=added.type, name=added.name, urn=urn, properties=added.properties)


def _set(values: Any, path: str, value: Any) -> None:
    parent, key = _parent(values, path)
    parent[key] = value


def _parent(values: Any, path: str) -> tuple[Any, Any]:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        values = values[step]
    return values, last
