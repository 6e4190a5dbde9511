"""What an identity may read of secrets and data is named."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from policy.iam_document import POLICY_TYPES, Statement, identity_statements, is_any_resource, is_write
from policy.rule import Resource, ResourceRule, Settings, Severity

_DATA: Final = (
    "dynamodb:getitem",
    "s3:getobject",
    "secretsmanager:batchgetsecretvalue",
    "secretsmanager:getsecretvalue",
    "ssm:getparameter",
    "ssm:getparameters",
    "ssm:getparametersbypath",
)
"""Reads whose answers are data, and not what there is."""


def _reads(statement: Statement) -> list[str]:
    return [
        action
        for action in statement.actions
        if not is_write(action) and any(fnmatchcase(read, action.lower()) for read in _DATA)
    ]


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for statement in identity_statements(resource):
        anything = any(map(is_any_resource, statement.resources)) or bool(statement.excepted_resources)
        if statement.allows and anything and (reads := _reads(statement)):
            yield f"{statement.place} allows {', '.join(reads)} on any resource: name the ARNs."


RULE = ResourceRule(
    name="iam-secret-read-anywhere",
    what="No policy allows to read whatever secret, parameter or object there is.",
    why="One machine's role would read every machine's keys, and every other environment's of the account.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html",
    fix="Name the ARNs of the secrets and the prefixes of the objects in Resource.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 1.16",
    types=POLICY_TYPES,
    check=_check,
)
