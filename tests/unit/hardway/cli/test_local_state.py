from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardway.cli.failure import Failure
from hardway.cli.local_state import NEWEST, local_deployment


def state(folder: Path, content: str) -> Path:
    file = folder / "sandbox.json"
    file.write_text(content)
    return file


def test_what_was_written_last_is_read(tmp_path: Path) -> None:
    content = {"version": NEWEST, "checkpoint": {"latest": {"resources": [{"urn": "a"}]}}}
    assert local_deployment(state(tmp_path, json.dumps(content))) == {"resources": [{"urn": "a"}]}


@pytest.mark.parametrize("content", ["{}", '{"checkpoint": null}', '{"checkpoint": {"latest": null}}'])
def test_a_stack_that_nothing_was_made_of_is_empty(tmp_path: Path, content: str) -> None:
    assert local_deployment(state(tmp_path, content)) == {}
    assert local_deployment(tmp_path / "none.json") == {}


@pytest.mark.parametrize("content", ["", '{"version": 3, "checkpoint": {"lat', "[]", "null"])
def test_a_damaged_state_is_told_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = state(tmp_path, content)
    with pytest.raises(Failure, match=rf"the state in {file} is damaged .* Nothing was touched\. Put a good copy"):
        local_deployment(file)
    assert file.read_text() == content


def test_a_state_of_a_newer_version_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = state(tmp_path, json.dumps({"version": NEWEST + 1, "checkpoint": {"latest": {"resources": []}}}))
    with pytest.raises(
        Failure, match=rf"has format {NEWEST + 1} and was written by a newer Pulumi.*Nothing was touched"
    ):
        local_deployment(file)
