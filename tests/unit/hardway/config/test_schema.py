"""The editor's schema is the one of the models, and the repository's stack files pass it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from hardway.config.schema import PATH, render, stack_schema


def test_the_kept_schema_is_current() -> None:
    assert PATH.read_text() == render(), "run: .venv/bin/python -m hardway.config.schema"


@pytest.mark.parametrize("file", sorted(PATH.parent.glob("Pulumi.*.yaml")), ids=lambda file: file.name)
def test_stack_files_pass_the_schema(file: Path) -> None:
    Draft202012Validator(stack_schema()).validate(yaml.safe_load(file.read_text()))


def test_the_schema_refuses_an_unknown_key() -> None:
    errors = list(Draft202012Validator(stack_schema()).iter_errors({"config": {"hardway:kind": "services", "x": 1}}))
    assert errors
