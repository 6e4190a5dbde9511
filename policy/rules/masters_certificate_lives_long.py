"""Nobody holds rights for long that nobody can take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.certificates import certificates
from policy.rule import Finding, Resource, Settings, Severity, StackRule

_GROUP: Final = "system:masters"


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for certificate in certificates(resources):
        hours = certificate.resource.at("validityPeriodHours")
        if _GROUP in certificate.organizations and isinstance(hours, int) and hours > settings.masters_max_hours:
            yield Finding(
                message=f"{certificate.resource.name} is in {_GROUP} and lives {hours} hours;"
                f" {settings.masters_max_hours} is the most. Lower hardway:pki.break_glass_hours, or use a group that"
                " a role is bound to.",
                urn=certificate.resource.urn,
            )


RULE = StackRule(
    name="masters-certificate-lives-long",
    what="A certificate in the group system:masters lives three days at most.",
    why="The API server asks no role about that group, so that its certificate can be stopped by a new authority only.",
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    fix="Lower hardway:pki.break_glass_hours, or bind a group of your own to a role.",
    severity=Severity.HIGH,
    reference="CIS 5.1.7",
    settings=("masters_max_hours",),
    check=_check,
)
