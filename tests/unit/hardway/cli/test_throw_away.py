"""Projects and stacks that nobody will use again."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from hardway.cli.paths import REPOSITORY
from hardway.cli.throw_away import ThrowAwayStack, project


def test_the_copy_of_a_stack_file_has_no_seal_and_nothing_sealed(tmp_path: Path) -> None:
    sealed = "secretsprovider: awskms://x\nencryptedkey: y\nencryptionsalt: z\nconfig:\n  a:b: 1\n  c:d: {secure: q}\n"
    source = tmp_path / "source"
    (source / "stacks").mkdir(parents=True)
    (source / "stacks" / "Pulumi.live.yaml").write_text(sealed)
    (source / "Pulumi.yaml").write_text("name: hardway\nruntime: python\n")
    made = project(source, "live", tmp_path / "project")
    assert yaml.safe_load((made / "stacks" / "Pulumi.live.yaml").read_text()) == {"config": {"a:b": 1}}
    assert yaml.safe_load((made / "Pulumi.yaml").read_text())["main"] == str(source)
    assert (source / "stacks" / "Pulumi.live.yaml").read_text() == sealed


def test_the_copy_runs_the_repositorys_own_program(tmp_path: Path) -> None:
    made = project(REPOSITORY, "dev", tmp_path)
    settings = yaml.safe_load((made / "Pulumi.yaml").read_text())
    assert settings == {**yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text()), "main": str(REPOSITORY)}


def test_events_tell_by_name_what_the_region_made_up(tmp_path: Path) -> None:
    stack = ThrowAwayStack(
        name="prod",
        binary=tmp_path / "pulumi",
        variables={},
        logs=tmp_path / "logs",
        invented={"vpc-0123456789abcdef0": "<Vpc network>"},
    )
    event = {"stdoutEvent": {"message": "vpc-0123456789abcdef0"}}
    stack.binary.write_text(f"#!/bin/bash\necho '{json.dumps(event)}' >\"${{@: -1}}\"\n")
    stack.binary.chmod(0o755)
    assert [json.loads(line) for line in stack.record("preview").events] == [
        {"stdoutEvent": {"message": "<Vpc network>"}}
    ]
