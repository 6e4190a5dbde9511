"""Runs rules over resources: what they find, and what each finding does."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from policy.configuration import Configuration
from policy.enforcement import Level
from policy.rule import Finding, Resource, ResourceRule, Rule, Settings, StackRule


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One finding with the rule that made it and what it does."""

    rule: Rule
    level: Level
    message: str
    urn: str | None
    """The resource at fault; None if it is the stack as a whole."""


def rules_for(rules: Iterable[Rule], resource_type: str) -> tuple[ResourceRule, ...]:
    """The rules that judge resources of that type one by one."""
    return tuple(rule for rule in rules if isinstance(rule, ResourceRule) and rule.judges(resource_type))


def judge_resource(rules: Iterable[Rule], judged: Resource, configuration: Configuration) -> Iterator[Violation]:
    """What the resource rules find in one resource, by its inputs."""

    def check(rule: ResourceRule, settings: Settings) -> Iterator[Finding]:
        return (Finding(message=message, urn=judged.urn) for message in rule.check(judged, settings))

    for rule in rules_for(rules, judged.type):
        yield from _found(rule, partial(check, rule), configuration)


def judge_stack(rules: Iterable[Rule], judged: Sequence[Resource], configuration: Configuration) -> Iterator[Violation]:
    """What the stack rules find in all resources together."""
    # The engine names them in the order in which they happened to be made; what is said must not depend on that.
    ordered = sorted(judged, key=lambda one: one.urn)
    for rule in rules:
        if isinstance(rule, StackRule):
            yield from _found(rule, partial(rule.check, ordered), configuration)


def _found(
    rule: Rule, check: Callable[[Settings], Iterable[Finding]], configuration: Configuration
) -> Iterator[Violation]:
    level = configuration.level(rule)
    if level is Level.DISABLED:
        return
    try:
        found = list(check(configuration.settings(rule)))
    except Exception:
        # A rule that cannot judge must not pass for one that found nothing.
        fault = traceback.format_exc(limit=-2)
        found = [Finding(message=f"The rule itself failed, so nothing is known: mend policy/rules/.\n{fault}")]
    for one in found:
        yield Violation(rule=rule, level=level, message=one.message, urn=one.urn)
