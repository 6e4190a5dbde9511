"""What an identity may change is named action by action."""

from __future__ import annotations

from collections.abc import Iterator

from policy.iam_document import POLICY_TYPES, identity_statements, is_write
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for statement in identity_statements(resource):
        if not statement.allows or statement.grants_everything:
            continue
        for action in statement.actions:
            if set("*?") & set(action) and is_write(action):
                yield f"{statement.place} allows {action}: name each action that is called."
        if statement.excepted_actions:
            yield f"{statement.place} allows all actions but some (NotAction): name those that are called in Action."


RULE = ResourceRule(
    name="iam-write-action-wildcard",
    what="No policy allows actions by a wildcard that could be one that changes something.",
    why="A wildcard also permits what AWS adds next year, and nobody can see in it what is really called.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    fix="Name the actions; reads may stay wildcards, as ec2:Describe*.",
    severity=Severity.HIGH,
    reference="AWS Security Hub: IAM.21",
    types=POLICY_TYPES,
    check=_check,
)
