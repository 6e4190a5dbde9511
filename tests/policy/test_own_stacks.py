"""Our own environments under all rules: the resources that they declare, without an engine."""

from __future__ import annotations

import pytest

from policy.catalogue import rules
from policy.configuration import Configuration
from policy.enforcement import Level
from policy.judgement import Violation, judge_resource, judge_stack
from policy.rule import ResourceRule
from tests.policy.declared import declared
from tests.unit.stacks.programs import config


def violations(stack: str) -> list[Violation]:
    """Everything that the rules find in the stack's resources; versions that age are found in the configuration."""
    configuration = Configuration.of_stack(stack, config(stack))
    resources = declared(stack)
    found = [one for resource in resources for one in judge_resource(rules(), resource, configuration)]
    return [*found, *(one for one in judge_stack(rules(), resources, configuration) if one.urn is not None)]


@pytest.mark.parametrize("stack", ["prod", "prod-management"])
def test_no_resource_of_production_is_a_finding(stack: str) -> None:
    assert [(one.rule.name, one.urn, one.message) for one in violations(stack)] == []


@pytest.mark.parametrize("stack", ["dev", "sandbox", "dev-management", "sandbox-management"])
def test_nothing_stops_the_other_environments(stack: str) -> None:
    found = violations(stack)
    assert [(one.rule.name, one.message) for one in found if one.level is Level.MANDATORY] == []


def test_rules_judge_what_is_declared() -> None:
    """Nothing is found for want of a resource that a rule is about."""
    kinds = {resource.type for resource in declared()}
    judging = [rule for rule in rules() if isinstance(rule, ResourceRule)]
    cloud = [rule for rule in judging if any(one.startswith("aws:") for one in rule.types)]
    idle = {rule.name for rule in cloud if not any(map(rule.judges, kinds))}
    assert len(cloud) > 30
    assert idle == {"prefix-list-open-to-world"}
