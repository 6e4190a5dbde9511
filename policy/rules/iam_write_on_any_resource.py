"""What an identity may change is named resource by resource."""

from __future__ import annotations

from collections.abc import Iterator

from policy.iam_document import POLICY_TYPES, identity_statements, is_any_resource, is_write
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for statement in identity_statements(resource):
        if not statement.allows or statement.grants_everything:
            continue
        writes = [one for one in statement.actions if is_write(one) and one not in settings.iam_writes_without_resource]
        anything = [arn for arn in statement.resources if is_any_resource(arn)]
        if statement.excepted_resources:
            anything.append("all resources but some (NotResource)")
        if writes and anything:
            yield f"{statement.place} allows {', '.join(writes)} on {', '.join(anything)}: name the ARNs."


RULE = ResourceRule(
    name="iam-write-on-any-resource",
    what="No policy allows a change, or the use of a key, on whatever resource there is.",
    why="A machine that may change its own environment may then change every other one in the account, too.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    fix="Name the ARNs in Resource; a condition on tags or regions alone does not do.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 1.16; story: CAPA's control planes may write to any resource",
    settings=("iam_writes_without_resource",),
    types=POLICY_TYPES,
    check=_check,
)
