from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from policy.catalogue import rules
from policy.configuration import Configuration, ConfigurationError, schema
from policy.enforcement import LEVELS, Level
from policy.settings import EnvironmentKind, kind_of_environment
from tests.policy.rule_doubles import large, resource_rule

RULE = resource_rule(large, settings=("leaf_max_hours",))


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ("sandbox", EnvironmentKind.SANDBOX),
        ("sandbox-2", EnvironmentKind.SANDBOX),
        ("dev", EnvironmentKind.DEV),
        ("dev-mine", EnvironmentKind.DEV),
        ("prod", EnvironmentKind.PROD),
        ("staging", EnvironmentKind.PROD),
        ("development", EnvironmentKind.PROD),
        ("sandboxes", EnvironmentKind.PROD),
    ],
)
def test_what_is_not_known_to_be_less_is_production(environment: str, kind: EnvironmentKind) -> None:
    assert kind_of_environment(environment) is kind


def test_a_services_stack_is_worth_what_its_environment_is() -> None:
    values = {"hardway:kind": "services", "hardway:environment": "sandbox"}
    configured = Configuration.of_stack("sandbox-services", values)
    assert configured.stack.kind is EnvironmentKind.SANDBOX
    assert configured.stack.environment == "sandbox"
    assert Configuration.of_stack("tools", values).stack.kind is EnvironmentKind.SANDBOX


def test_values_are_read_as_the_engine_writes_them_and_secrets_are_left_out() -> None:
    values = {"hardway:network": '{"pod_cidr": "10.0.0.0/16"}', "hardway:domain": "a.net", "hardway:key": "s3cr3t"}
    configuration = Configuration.of_stack("prod", values, ["hardway:key"]).stack.configuration
    assert configuration == {"hardway:network": {"pod_cidr": "10.0.0.0/16"}, "hardway:domain": "a.net"}


def test_policy_config_changes_the_level_and_the_settings_of_one_rule() -> None:
    other = resource_rule(large, name="other", settings=("leaf_max_hours",))
    given = {RULE.name: (Level.ADVISORY, {"leaf_max_hours": 5.0})}
    configured = Configuration.of_stack("prod", {}).with_policy_config([RULE, other], given)
    assert configured.level(RULE) is Level.ADVISORY
    assert configured.settings(RULE).leaf_max_hours == 5
    assert configured.level(other) is Level.MANDATORY
    assert configured.settings(other).leaf_max_hours == 8_784
    assert configured.settings(RULE).stack == "prod"


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"masters_max_hours": 1}, "masters_max_hours is not a setting of this rule; it has leaf_max_hours"),
        ({"stack": "other"}, "stack is not a setting"),
        ({"leaf_max_hours": "soon"}, "leaf_max_hours: Input should be a valid integer"),
        ({"leaf_max_hours": 0}, "leaf_max_hours: Input should be greater than or equal to 1"),
    ],
)
def test_what_a_rule_cannot_be_told_is_said(properties: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as error:
        Configuration().with_policy_config([RULE], {RULE.name: (Level.ADVISORY, properties)})
    assert str(error.value).startswith("thing-large: ")


def test_a_rule_that_there_is_not_is_said() -> None:
    given: dict[str, tuple[Level, dict[str, Any]]] = {
        "thing-lagre": (Level.DISABLED, {}),
        "all": (Level.ADVISORY, {}),
        RULE.name: (Level.ADVISORY, {}),
    }
    with pytest.raises(ConfigurationError, match="there is no rule thing-lagre"):
        Configuration().with_policy_config([RULE], given)
    del given["thing-lagre"]
    assert Configuration().with_policy_config([RULE], given).level(RULE) is Level.ADVISORY


def test_every_rule_has_a_level_for_each_kind_and_every_row_a_rule() -> None:
    names = {rule.name for rule in rules()}
    assert LEVELS.keys() <= names


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_the_schema_of_each_rule_stands_alone_and_takes_the_defaults(rule: Any) -> None:
    """The engine validates with each rule's schema by itself, and fills in what has a default."""
    properties = schema(rule)
    assert properties.keys() == set(rule.settings)
    assert "$ref" not in str(properties)
    jsonschema.Draft7Validator.check_schema({"type": "object", "properties": properties})
    defaults = {name: part["default"] for name, part in properties.items() if "default" in part}
    jsonschema.validate(defaults, {"type": "object", "properties": properties})
    assert Configuration().with_policy_config([rule], {rule.name: (Level.ADVISORY, defaults)})
