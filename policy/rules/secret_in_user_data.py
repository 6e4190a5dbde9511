"""User data holds no secret."""

from __future__ import annotations

from collections.abc import Iterator

from policy.machines import TYPES, user_data
from policy.rule import Resource, ResourceRule, Settings, Severity
from policy.secret_content import secrets_in


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    content = user_data(machine)
    if isinstance(content, bytes):
        for kind in secrets_in(content):
            yield (
                f"userData seems to hold {kind}: keep it in Secrets Manager, where the machine's role can read it, and"
                " make a new one, as this one is in the state."
            )


RULE = ResourceRule(
    name="secret-in-user-data",
    what="User data holds no key, password or token, packed or plain.",
    why="Every process on the machine, and everybody who may describe the instance, reads its user data, for as long as"
    " the machine lives.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html",
    fix="Let the machine fetch secrets from Secrets Manager with its role.",
    severity=Severity.CRITICAL,
    reference="story: CAPA took authorities out of user data; https://cluster-api-aws.sigs.k8s.io/topics/userdata-privacy",
    types=TYPES,
    check=_check,
)
