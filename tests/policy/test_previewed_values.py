"""Every resource rule on everything of production, with each value in turn unknown or missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from policy.catalogue import rules
from policy.configuration import Configuration
from policy.resource import UNKNOWN, Resource
from policy.rule import ResourceRule
from tests.policy import test_own_objects
from tests.policy.declared import but, declared, lacking
from tests.unit.stacks.programs import config

Path = tuple[str | int, ...]
CONFIGURATION = Configuration.of_stack("prod", config("prod"))
RULES = [rule for rule in rules() if isinstance(rule, ResourceRule)]


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """The path of everything inside of a value."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*before, key)
        yield from paths(one, (*before, key))


@cache
def samples() -> tuple[Resource, ...]:
    """One resource of each type, and every Kubernetes object."""
    by_type = {one.type: one for one in declared()}
    return (*by_type.values(), *test_own_objects.declare("prod"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_is_unknown_is_no_finding_and_what_is_missing_no_failure(rule: ResourceRule) -> None:
    """What a rule says of what is missing is for its own test: it may be a finding."""
    settings = CONFIGURATION.settings(rule)
    for resource in samples():
        for path in paths(resource.properties) if rule.judges(resource.type) else ():
            assert list(rule.check(but(resource, path, UNKNOWN), settings)) == [], (resource.type, path)
            assert all(isinstance(said, str) for said in rule.check(lacking(resource, *path), settings))
