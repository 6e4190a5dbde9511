"""Policies of roles, made and real."""

from __future__ import annotations

import json
from typing import Any

from policy.resource import Resource
from tests.policy.declared import declared
from tests.policy.resources import resource

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ARN = "arn:aws:s3:::hardway-prod-artifacts"


def ours() -> list[Resource]:
    """Every policy of production."""
    return [each for each in declared() if each.type == ROLE_POLICY]


def policy(resource_type: str = ROLE_POLICY, **statement: Any) -> Resource:
    """A policy with one statement that allows to fetch an object, in other words where given."""
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/*", **statement}
    document = {"Version": "2012-10-17", "Statement": [{key: one for key, one in whole.items() if one is not None}]}
    if resource_type == "aws:iam/role:Role":
        return resource(resource_type, {"inlinePolicies": [{"name": "inline", "policy": json.dumps(document)}]})
    return resource(resource_type, {"policy": json.dumps(document)})
