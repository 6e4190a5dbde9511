from __future__ import annotations

import pytest

from policy.configuration import Configuration
from policy.enforcement import Level
from policy.judgement import judge_resource, judge_stack
from policy.rule import Severity
from tests.policy.resources import resource
from tests.policy.rule_doubles import large, many, resource_rule, stack_rule

LARGE, MANY = resource_rule(large), stack_rule(many)
PRODUCTION = Configuration()
SANDBOX = Configuration.of_stack("sandbox", {})


def test_a_finding_has_its_rule_its_level_and_the_resource() -> None:
    judged = resource("example:index:Thing", {"size": 11}, name="eleven")
    (found,) = judge_resource([LARGE, MANY], judged, PRODUCTION)
    assert (found.rule, found.level, found.message, found.urn) == (
        LARGE,
        Level.MANDATORY,
        "eleven has size 11.",
        judged.urn,
    )
    assert list(judge_resource([LARGE], resource("example:index:Thing", {"size": 10}), PRODUCTION)) == []


def test_the_level_is_that_of_the_environment() -> None:
    (found,) = judge_resource([LARGE], resource("example:index:Thing", {"size": 11}), SANDBOX)
    assert found.level is Level.ADVISORY


def test_a_rule_judges_its_types_only() -> None:
    assert list(judge_resource([LARGE], resource("other:index:Thing", {"size": 11}), PRODUCTION)) == []


@pytest.mark.parametrize(
    ("types", "judged", "wanted"),
    [
        (("aws:ec2/vpc:Vpc",), "aws:ec2/vpc:Vpc", True),
        (("aws:ec2/vpc:Vpc",), "aws:ec2/vpc:VpcPeering", False),
        (("aws:*",), "aws:ec2/vpc:Vpc", True),
        (("aws:*",), "awsx:ec2/vpc:Vpc", False),
        (("a:b:C", "kubernetes:*"), "kubernetes:core/v1:Pod", True),
    ],
)
def test_a_star_stands_for_any_rest(types: tuple[str, ...], judged: str, wanted: bool) -> None:
    assert resource_rule(large, types=types).judges(judged) is wanted


def test_stack_rules_see_everything_together() -> None:
    things = [resource("example:index:Thing", {"size": 1}, name=name) for name in ("one", "two")]
    (found,) = judge_stack([LARGE, MANY], things, PRODUCTION)
    assert (found.rule, found.message, found.urn) == (MANY, "There are 2 things.", things[1].urn)


def test_what_is_found_does_not_depend_on_the_order_in_which_resources_were_made() -> None:
    things = [resource("example:index:Thing", {"size": 1}, name=name) for name in ("one", "two")]
    assert list(judge_stack([MANY], things, PRODUCTION)) == list(judge_stack([MANY], things[::-1], PRODUCTION))


def test_a_rule_that_fails_is_a_finding_of_its_own() -> None:
    """Else a change would pass because nobody could judge it."""
    (found,) = judge_resource([LARGE], resource("example:index:Thing", {}), PRODUCTION)
    assert found.level is Level.MANDATORY
    assert "The rule itself failed" in found.message
    assert "TypeError" in found.message


def test_a_disabled_rule_does_not_run() -> None:
    off = Configuration().with_policy_config([LARGE], {LARGE.name: (Level.DISABLED, {})})
    assert list(judge_resource([LARGE], resource("example:index:Thing", {}), off)) == []


def test_severities_are_those_of_the_engine() -> None:
    assert [str(one) for one in Severity] == ["low", "medium", "high", "critical"]
