"""Finds the rules: each file of policy/rules/ has one, named as the file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from policy.rule import Rule

FOLDER = Path(__file__).parent / "rules"


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name. Raises TypeError for a file without one, or with one of another name."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem == "__init__":
            continue
        rule = getattr(import_module(f"policy.rules.{path.stem}"), "RULE", None)
        if not isinstance(rule, Rule) or rule.name != path.stem.replace("_", "-"):
            raise TypeError(f"policy/rules/{path.name} has no RULE named {path.stem.replace('_', '-')}")
        found.append(rule)
    return tuple(found)
