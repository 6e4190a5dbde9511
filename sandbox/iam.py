"""IAM as AWS evaluates it: moto checks signatures and actions; resources and conditions are checked here."""

from __future__ import annotations

import fnmatch
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from moto.autoscaling.models import autoscaling_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.ec2.models import ec2_backends
from moto.iam import access_control
from moto.secretsmanager.models import secretsmanager_backends

Result = access_control.PermissionResult
_request = threading.local()
_JSON_SERVICES = ("secretsmanager", "kms", "logs")


def install() -> None:
    """Make moto evaluate statements, and find the resource of a call, as below."""
    access_control.IAMPolicyStatement.is_action_permitted = _statement_permits
    original = access_control.IAMRequest.check_action_permitted

    def check(self: Any, resource: str) -> None:
        named, tags = _resource_of(self._service, self._region, self._data, self._body)
        _request.context = {
            "aws:securetransport": "true",
            "aws:requestedregion": self._region,
            "aws:principalaccount": DEFAULT_ACCOUNT_ID,
            "aws:principalarn": self._access_key.arn,
            **{f"aws:principaltag/{key}": value for key, value in _principal_tags(self._access_key).items()},
            **{f"{scope}:resourcetag/{key}": value for key, value in tags for scope in ("aws", self._service)},
        }
        try:
            original(self, named or resource)
        finally:
            _request.context = {}

    def deny(self: Any) -> None:
        caller = f"User: {self._access_key.arn} is not authorized to perform: {self._action}"
        if self._service in _JSON_SERVICES:
            raise JsonRESTError("AccessDeniedException", f"{caller} because no identity-based policy allows it")
        refuse(self)

    refuse = access_control.IAMRequest._raise_access_denied
    access_control.IAMRequest._raise_access_denied = deny
    access_control.IAMRequest.check_action_permitted = check
    access_control.IAMRequestBase._create_aws_request = _signed_request(
        access_control.IAMRequestBase._create_aws_request
    )


def _signed_request(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A request without a body is signed without one; moto would sign its parameters, and refuse Route 53."""

    def create(self: Any) -> Any:
        request = original(self)
        if self._method in ("GET", "HEAD", "DELETE"):
            request.data = self._body
        return request

    return create


def _principal_tags(access_key: Any) -> dict[str, str]:
    role_name = getattr(access_key, "_owner_role_name", None)
    if role_name is None:
        return {}
    role = next((role for role in access_key.backend.roles.values() if role.name == role_name), None)
    return {tag["Key"].lower(): tag["Value"] for tag in role.tags or []} if role else {}


def _resource_of(
    service: str, region: str, data: Mapping[str, Any], body: bytes | str
) -> tuple[str | None, list[tuple[str, str]]]:
    """ARN and tags of what a call names, for the services whose policies name resources."""
    if service == "secretsmanager":
        return _secret(region, _json(body).get("SecretId") or _json(body).get("Name", ""))
    if service == "kms" and (key := _json(body).get("KeyId")):
        prefix = f"arn:aws:kms:{region}:{DEFAULT_ACCOUNT_ID}:"
        return key if key.startswith("arn:") else prefix + (key if "/" in key else f"key/{key}"), []
    if service == "ec2":
        form = data or parse_qs(body.decode() if isinstance(body, bytes) else body)
        return _ec2_resource(region, form)
    if service == "autoscaling":
        return _group(region, data or parse_qs(body.decode() if isinstance(body, bytes) else body))
    return None, []


def _json(body: bytes | str) -> dict[str, Any]:
    try:
        parsed = json.loads(body or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _secret(region: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    backend = secretsmanager_backends[DEFAULT_ACCOUNT_ID][region]
    for secret in backend.secrets.values():
        if name in (secret.name, secret.arn):
            return secret.arn, [(tag["Key"].lower(), tag["Value"]) for tag in secret.tags or []]
    arn = name if name.startswith("arn:") else f"arn:aws:secretsmanager:{region}:{DEFAULT_ACCOUNT_ID}:secret:{name}"
    return arn, []


def _group(region: str, form: Mapping[str, Any]) -> tuple[str | None, list[tuple[str, str]]]:
    """The group that is named; calls that list groups name none, whatever they filter by."""
    name = form.get("AutoScalingGroupName")
    name = name[0] if isinstance(name, list) else name
    group = autoscaling_backends[DEFAULT_ACCOUNT_ID][region].autoscaling_groups.get(name or "")
    if group is None:
        return None, []
    return group.arn, [(tag["Key"].lower(), tag["Value"]) for tag in group.tags]


def _ec2_resource(region: str, form: Mapping[str, Any]) -> tuple[str | None, list[tuple[str, str]]]:
    for parameter, kind in (("VolumeId", "volume"), ("InstanceId", "instance"), ("InstanceId.1", "instance")):
        value = form.get(parameter)
        if value:
            identifier = value[0] if isinstance(value, list) else value
            tags = ec2_backends[DEFAULT_ACCOUNT_ID][region].tags.get(identifier, {})
            arn = f"arn:aws:ec2:{region}:{DEFAULT_ACCOUNT_ID}:{kind}/{identifier}"
            # Describe calls cannot be limited to a resource on AWS, whatever they name.
            action = form.get("Action", [""])
            if str(action[0] if isinstance(action, list) else action).startswith("Describe"):
                return "*", []
            return arn, [(key.lower(), text) for key, text in tags.items()]
    return None, []


def _statement_permits(
    self: Any,
    action: str,
    resource: str = "*",
    principal: str | None = None,
    incoming_condition_values: Mapping[str, str] | None = None,
) -> Any:
    context = dict(getattr(_request, "context", None) or {"aws:securetransport": "true"})
    context.update({key.lower(): value for key, value in (incoming_condition_values or {}).items()})
    return evaluate(self._statement, action, resource, principal, context)


def evaluate(
    statement: Mapping[str, Any], action: str, resource: str, principal: str | None, context: Mapping[str, str]
) -> Any:
    """What one statement says about a call: PERMITTED, DENIED, or NEUTRAL when it does not apply."""
    statement = _with_variables(statement, context)
    applies = (
        _listed(statement, "Action", action, ignore_case=True)
        and _listed(statement, "Resource", resource)
        and (principal is None or _principal_matches(statement.get("Principal"), principal))
        and all(
            _condition(operator, key, _as_list(expected), context)
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, expected in keys.items()
        )
    )
    if not applies:
        return Result.NEUTRAL
    return Result.PERMITTED if statement["Effect"] == "Allow" else Result.DENIED


def _with_variables(value: Any, context: Mapping[str, str]) -> Any:
    """Policy variables such as ${aws:PrincipalTag/x} replaced; an unknown one stays and matches nothing."""
    if isinstance(value, Mapping):
        return {key: _with_variables(item, context) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_variables(item, context) for item in value]
    if isinstance(value, str) and "${" in value:
        return re.sub(r"\$\{([^}]+)\}", lambda found: context.get(found[1].lower(), found[0]), value)
    return value


def _as_list(value: Any) -> list[str]:
    return [
        str(item) if not isinstance(item, bool) else str(item).lower()
        for item in (value if isinstance(value, list) else [value])
    ]


def _listed(statement: Mapping[str, Any], element: str, value: str, *, ignore_case: bool = False) -> bool:
    if f"Not{element}" in statement:
        return not _any_like(_as_list(statement[f"Not{element}"]), value, ignore_case)
    # A trust policy has no resource: it is attached to the one that it speaks of.
    return element not in statement or _any_like(_as_list(statement[element]), value, ignore_case)


def _any_like(patterns: Iterable[str], value: str, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return any(re.match(_pattern(pattern), value, flags) for pattern in patterns)


def _pattern(pattern: str) -> str:
    # IAM knows * and ? only; square brackets are ordinary characters.
    return fnmatch.translate(pattern.replace("[", "[[]"))


def _principal_matches(expected: Any, principal: str) -> bool:
    if expected in (None, "*"):
        return True
    kinds = expected.values() if isinstance(expected, dict) else [expected]
    return any(item in ("*", principal) for values in kinds for item in _as_list(values))


def _condition(operator: str, key: str, expected: list[str], context: Mapping[str, str]) -> bool:
    operator = operator.split(":")[-1]
    actual = context.get(key.lower())
    if operator == "Null":
        return (actual is None) == (expected == ["true"])
    if operator.endswith("IfExists"):
        operator = operator.removesuffix("IfExists")
        if actual is None:
            return True
    negative = operator.startswith(("StringNot", "ArnNot"))
    if actual is None:
        return negative
    base = operator.replace("Not", "")
    if base in ("StringEquals", "StringEqualsIgnoreCase", "Bool"):
        fold = str.lower if base != "StringEquals" else str
        matched = fold(actual) in [fold(item) for item in expected]
    elif base in ("StringLike", "ArnLike", "ArnEquals"):
        matched = _any_like(expected, actual)
    else:
        # An operator that the region cannot judge must not open anything.
        return False
    return matched != negative
