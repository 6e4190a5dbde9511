"""A role says whom it trusts."""

from __future__ import annotations

from collections.abc import Iterator

from policy.iam_document import statements
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(role: Resource, settings: Settings) -> Iterator[str]:
    for statement in statements(role.at("assumeRolePolicy"), "assumeRolePolicy"):
        if statement.allows and "*" in statement.principals and not statement.conditions:
            yield f"{statement.place} trusts every principal: name the service, the role or the account."


RULE = ResourceRule(
    name="iam-role-assumed-by-anyone",
    what="Every role names whom it trusts.",
    why="A role that trusts * can be taken by anybody with an AWS account of their own.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    fix='Name the principal, as {"Service": "ec2.amazonaws.com"}.',
    severity=Severity.CRITICAL,
    reference="IAM Access Analyzer: external access to a role",
    types=("aws:iam/role:Role",),
    check=_check,
)
