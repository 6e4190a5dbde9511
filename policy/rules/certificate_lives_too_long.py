"""Certificates end before they are forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from policy.certificates import TYPES
from policy.provider_values import is_on
from policy.resource import is_known
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    hours, authority = judged.at("validityPeriodHours"), judged.at("isCaCertificate", default=False)
    if not isinstance(hours, int) or not is_known(authority):
        return
    most = settings.authority_max_hours if is_on(authority) else settings.leaf_max_hours
    if hours > most:
        kind, key = ("authority", "ca_hours") if is_on(authority) else ("certificate", "leaf_hours")
        yield f"The {kind} lives {hours} hours, and {most} is the most. Lower hardway:pki.{key} in the stack file."


RULE = ResourceRule(
    name="certificate-lives-too-long",
    what="An authority lives ten years at most, every other certificate one.",
    why="A stolen key is good until its certificate ends: nothing in a cluster asks whether one was revoked.",
    source="https://kubernetes.io/docs/setup/best-practices/certificates/",
    fix="Lower hardway:pki.leaf_hours or hardway:pki.ca_hours in the stack file.",
    severity=Severity.MEDIUM,
    reference="self-managed PKI minimum",
    settings=("authority_max_hours", "leaf_max_hours"),
    types=TYPES,
    check=_check,
)
