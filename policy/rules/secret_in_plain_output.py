"""What is secret is sealed in the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policy.resource import Asset
from policy.rule import Finding, Resource, Settings, Severity, StackRule
from policy.secret_content import secrets_in

_ELSEWHERE: Final = {"tags", "tagsAll", "volumeTags", "tagSpecifications", "userData", "userDataBase64"}
"""Properties of AWS resources that other rules read."""

_IDENTIFIER: Final = "id"
"""What AWS calls the resource; a record's begins with its zone's, which is random. Other providers' can be a secret."""

_RANDOM_BY_NATURE: Final = {"etag", "fingerprint", "nonce", "uniqueId", "versionId"}
"""Properties that services fill with random texts which open nothing."""


def _plain(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Each text that is not sealed: its dotted path, the last name in it, and the text."""
    stack: list[tuple[str, str, Any]] = [
        (key, key, value)
        for key, value in resource.properties.items()
        if not (resource.type.startswith("aws:") and (key in _ELSEWHERE or key == _IDENTIFIER))
    ]
    while stack:
        path, name, value = stack.pop()
        if path in resource.secrets or name in _RANDOM_BY_NATURE:
            continue
        if isinstance(value, str):
            yield path, name, value
        elif isinstance(value, Asset):
            stack.append((path, name, value.text))
        elif isinstance(value, Mapping):
            stack += [(f"{path}.{key}", str(key), inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            stack += [(f"{path}.{index}", name, inner) for index, inner in enumerate(value)]


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for resource in resources:
        for path, name, text in _plain(resource):
            for kind in secrets_in(f"{name}: {text}"):
                yield Finding(
                    message=f"{path} of {resource.name} seems to hold {kind} and is not sealed: wrap it in"
                    " pulumi.Output.secret, and make a new one, as this one is in the state.",
                    urn=resource.urn,
                )


RULE = StackRule(
    name="secret-in-plain-output",
    what="Every key, password and token in outputs and properties is sealed.",
    why="What is not marked as a secret is plain text in the state, in its backups and on the screen of every preview.",
    source="https://www.pulumi.com/docs/iac/concepts/secrets/",
    fix="Wrap the value in pulumi.Output.secret, or name it in additional_secret_outputs.",
    severity=Severity.CRITICAL,
    reference="story: https://github.com/pulumi/pulumi/issues/8946",
    check=_check,
)
