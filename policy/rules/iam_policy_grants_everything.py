"""No identity can do everything."""

from __future__ import annotations

from collections.abc import Iterator

from policy.iam_document import POLICY_TYPES, identity_statements
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for statement in identity_statements(resource):
        if statement.grants_everything:
            yield f"{statement.place} allows every action on every resource: name the actions and the resources."


RULE = ResourceRule(
    name="iam-policy-grants-everything",
    what="No policy, inline or managed, allows every action on every resource.",
    why="Whoever takes over one machine or one key with such a policy owns the account, backups and logs included.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    fix="Name the actions that are called and the ARNs that they are called on.",
    severity=Severity.CRITICAL,
    reference="CIS AWS 3.0.0: 1.16",
    types=POLICY_TYPES,
    check=_check,
)
