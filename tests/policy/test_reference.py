"""What is written from the rules is current, and says what it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policy.catalogue import rules
from policy.cis.benchmark import ANSWERED_OTHERWISE, CHECKS
from policy.reference import ROOT, written

FILES = written()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_kept_file_is_current(path: Path) -> None:
    assert path.read_text() == FILES[path], "run: python -m policy.reference"


def test_every_rule_is_told_with_its_levels() -> None:
    page = FILES[ROOT / "docs/reference/policies.md"]
    for rule in rules():
        assert f"\n## {rule.name}\n" in page
        assert rule.fix in page
    row = next(line for line in page.splitlines() if line.startswith("| [cis-check-not-met]"))
    assert row.endswith("| high | advisory | advisory | mandatory |")


def test_every_check_has_a_verdict_and_those_answered_otherwise_a_reason() -> None:
    rows = {
        line.split(" | ")[0].removeprefix("| "): line for line in FILES[ROOT / "docs/reference/cis.md"].splitlines()
    }
    for check in CHECKS:
        verdict = "| **not met** |" if check.id in ANSWERED_OTHERWISE else "| met |"
        assert verdict in rows[check.id], check.id
    for name, why in ANSWERED_OTHERWISE.items():
        assert why in rows[name]


@pytest.mark.parametrize(
    ("config", "valid"),
    [
        ({}, True),
        ({"all": "advisory"}, True),
        ({"cidrs-overlap": "disabled"}, True),
        ({"certificate-lives-too-long": {"leaf_max_hours": 24, "enforcementLevel": "mandatory"}}, True),
        ({"certificate-lives-too-long": {"leaf_max_hours": 0}}, False),
        ({"certificate-lives-too-long": {"masters_max_hours": 24}}, False),
        ({"cidrs-overlap": "sometimes"}, False),
        ({"no-such-rule": "advisory"}, False),
        # The engine takes every key for a rule's.
        ({"$schema": "../schema.json"}, False),
    ],
)
def test_the_schema_takes_what_the_pack_takes(config: dict[str, Any], valid: bool) -> None:
    schema = json.loads(FILES[ROOT / "policy/schema.json"])
    jsonschema.Draft7Validator.check_schema(schema)
    assert jsonschema.Draft7Validator(schema).is_valid(config) is valid


def test_kept_policy_configs_are_valid() -> None:
    schema = json.loads(FILES[ROOT / "policy/schema.json"])
    for path in (ROOT / "policy/config").glob("*.json"):
        jsonschema.validate(json.loads(path.read_text()), schema)
