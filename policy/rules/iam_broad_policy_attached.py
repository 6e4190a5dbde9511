"""No identity has one of AWS's policies for administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from policy.provider_values import texts
from policy.rule import Resource, ResourceRule, Settings, Severity

_BROAD: Final = re.compile(
    r"arn:aws[a-z-]*:iam::aws:policy/(?:[\w-]+/)*"
    r"(?P<name>AdministratorAccess(?:-.+)?|PowerUserAccess|\w+Administrator|\w+FullAccess(?:V2|_v2)?)"
)
_PLACES: Final = ("policyArn", "policyArns", "managedPolicyArns")


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for place in _PLACES:
        for arn in texts(resource.at(place)):
            if found := _BROAD.fullmatch(arn):
                yield f"{place} is AWS's {found['name']}: write a policy with the actions and ARNs that are needed."


RULE = ResourceRule(
    name="iam-broad-policy-attached",
    what="No role, user or group has AdministratorAccess, PowerUserAccess or full access to a service.",
    why="AWS writes these policies for people who set up accounts: they allow any action on any resource, and grow.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
    fix="Attach a policy of ours that names actions and ARNs.",
    severity=Severity.CRITICAL,
    reference="CIS AWS 3.0.0: 1.16",
    types=(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        "aws:iam/role:Role",
    ),
    check=_check,
)
