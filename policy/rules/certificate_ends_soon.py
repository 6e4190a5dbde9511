"""Certificates are renewed before they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from policy.certificates import TYPES
from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for one in resources:
        hours, end = one.at("validityPeriodHours"), one.at("validityEndTime")
        if one.type not in TYPES or not isinstance(hours, int) or not isinstance(end, str):
            continue
        days = (datetime.fromisoformat(end).date() - settings.today).days
        # What is made for hours is made anew when it is needed, as the break-glass certificate.
        if days < settings.renewal_notice_days and hours > settings.renewal_notice_days * 24:
            left = f"ends in {days} days" if days >= 0 else f"has been past its end for {-days} days"
            yield Finding(
                message=f"{one.name} {left}, on {end}. Raise the number of its group under hardway:pki.epochs in the"
                " stack file, which renews it and rolls the machines that hold it.",
                urn=one.urn,
            )


RULE = StackRule(
    name="certificate-ends-soon",
    what="No certificate ends within the next thirty days.",
    why="Certificates are not renewed by themselves, and on the day after the last one no part of the cluster answers.",
    source="https://github.com/kubernetes/kops/blob/master/docs/advisories/etcd-manager-certificate-expiration.md",
    fix="Raise the group's number under hardway:pki.epochs once a year and run ./hw up ENV.",
    severity=Severity.HIGH,
    reference="story 20: certificates of a year that nobody renewed (kops)",
    settings=("renewal_notice_days",),
    check=_check,
)
