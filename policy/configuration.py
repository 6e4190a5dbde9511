"""What one stack and its policy config make of the rules: a level and settings for each."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from pydantic import ValidationError

from policy.enforcement import Level, level
from policy.rule import Rule
from policy.settings import Settings, kind_of_environment

_EVERY_RULE: Final = "all"
"""In a policy config, the level of every rule that it does not name; the engine hands it over beside what it means."""


class ConfigurationError(ValueError):
    """A policy config that cannot be; the text names the rule, the key and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The rules' levels and settings. Without a stack, those of a production environment."""

    stack: Settings = field(default_factory=Settings)
    """Settings of rules that nothing was configured for."""

    levels: Mapping[str, Level] = field(default_factory=dict)
    """Levels by rule where policy config gave one."""

    changed: Mapping[str, Settings] = field(default_factory=dict)
    """Settings by rule where policy config gave any."""

    @staticmethod
    def of_stack(stack: str, values: Mapping[str, str], secret_keys: Collection[str] = ()) -> Configuration:
        """The configuration of a stack by its name and its stack file's values, as the engine writes them."""
        parsed = {key: _parsed(text) for key, text in values.items() if key not in secret_keys}
        environment = str(parsed.get("hardway:environment") or stack)
        return Configuration(
            stack=Settings(
                stack=stack,
                environment=environment,
                kind=kind_of_environment(environment),
                configuration=parsed,
            )
        )

    def with_policy_config(
        self, rules: Sequence[Rule], given: Mapping[str, tuple[Level, Mapping[str, Any]]]
    ) -> Configuration:
        """This configuration, with a level and settings for the rules that are given some.

        Raises ConfigurationError for a rule that there is not, a setting that a rule does not have or a value that it
        cannot take.
        """
        if unknown := sorted(set(given) - {rule.name for rule in rules} - {_EVERY_RULE}):
            raise ConfigurationError(f"there is no rule {', '.join(unknown)}: see docs/reference/policies.md")
        changed = {}
        for rule in rules:
            _, properties = given.get(rule.name, (None, {}))
            for key in properties:
                if key not in rule.settings:
                    known = ", ".join(rule.settings) or "none"
                    raise ConfigurationError(f"{rule.name}: {key} is not a setting of this rule; it has {known}")
            if properties:
                try:
                    changed[rule.name] = Settings(**{**dict(self.stack), **properties})
                except ValidationError as error:
                    first = error.errors()[0]
                    key = ".".join(str(part) for part in first["loc"])
                    raise ConfigurationError(f"{rule.name}: {key}: {first['msg']}") from error
        levels = {name: chosen for name, (chosen, _) in given.items()}
        return Configuration(stack=self.stack, levels=levels, changed=changed)

    def level(self, rule: Rule) -> Level:
        """What a finding of the rule does."""
        return self.levels.get(rule.name) or level(rule.name, self.stack.kind)

    def settings(self, rule: Rule) -> Settings:
        """What the rule reads."""
        return self.changed.get(rule.name, self.stack)


def schema(rule: Rule) -> dict[str, Any]:
    """JSON schema of the rule's settings by name, defaults included."""
    if not rule.settings:
        return {}
    whole = _settings_schema()
    return {name: _inlined(whole["properties"][name], whole.get("$defs", {})) for name in rule.settings}


@cache
def _settings_schema() -> dict[str, Any]:
    return Settings.model_json_schema()


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """The part with what it refers to in its place: the engine validates each rule's schema by itself."""
    if isinstance(part, list):
        return [_inlined(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        referred = definitions[part["$ref"].removeprefix("#/$defs/")]
        return _inlined({**referred, **{key: value for key, value in part.items() if key != "$ref"}}, definitions)
    return {key: _inlined(value, definitions) for key, value in part.items()}


def _parsed(text: str) -> object:
    # The engine hands over structured values, numbers and booleans as JSON, and texts as they are.
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return text
    return parsed
