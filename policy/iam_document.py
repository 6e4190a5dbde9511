"""Policy documents of AWS: their statements, wherever a resource keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from policy.provider_values import blocks
from policy.resource import Resource, is_wholly_known

POLICY_TYPES: Final = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/role:Role",
)
"""Types that say what an identity may do; a role can hold policies itself."""

_READS: Final = re.compile(r"(?:batch)?(?:describe|get|head|list|lookup|query|scan|search|select|view)")
"""How names of actions begin that change nothing."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a document."""

    place: str
    """Where it is, as `policy, statement Fetch`."""

    effect: str
    actions: tuple[str, ...]
    excepted_actions: tuple[str, ...]
    resources: tuple[str, ...]
    excepted_resources: tuple[str, ...]
    principals: tuple[str, ...]
    """Accounts, roles, services and `*`, without what kind each is."""

    conditions: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        """Whether it permits anything."""
        return self.effect == "Allow"

    @property
    def grants_everything(self) -> bool:
        """Whether it permits every action on every resource: administration without end."""
        return self.allows and bool({"*", "*:*"} & set(self.actions)) and "*" in self.resources


def identity_statements(resource: Resource) -> Iterator[Statement]:
    """Every known statement about what an identity may do."""
    if resource.type == "aws:iam/role:Role":
        for index, block in enumerate(blocks(resource.at("inlinePolicies", default=()))):
            yield from statements(block.get("policy"), f"inlinePolicies[{index}]")
    else:
        yield from statements(resource.at("policy"), "policy")


def statements(document: Any, place: str) -> Iterator[Statement]:
    """The statements of a document, which is JSON or what JSON says; none while it is unknown."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return  # AWS refuses it
    if not isinstance(document, Mapping):
        return
    for index, block in enumerate(blocks(document.get("Statement"))):
        if is_wholly_known(block):
            yield Statement(
                place=f"{place}, statement {block.get('Sid') or index + 1}",
                effect=str(block.get("Effect")),
                actions=_list(block.get("Action")),
                excepted_actions=_list(block.get("NotAction")),
                resources=_list(block.get("Resource")),
                excepted_resources=_list(block.get("NotResource")),
                principals=_principals(block.get("Principal")),
                conditions=block.get("Condition") or {},
            )


def is_write(action: str) -> bool:
    """Whether an action, which may have wildcards, changes anything or could; AWS's own word for it is not known."""
    name = action.rpartition(":")[2].lower()
    return _READS.match(re.split(r"[*?]", name)[0]) is None


def is_any_resource(resource: str) -> bool:
    """Whether an ARN leaves open which resource it is: `*`, or only wildcards where the resource's name belongs."""
    return not resource.split(":", 5)[-1].strip("*/?")


def _list(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else (str(value),)


def _principals(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(one for kind in value.values() for one in _list(kind))
    return _list(value)
