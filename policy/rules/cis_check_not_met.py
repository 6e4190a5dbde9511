"""Machines boot what the CIS benchmark asks for."""

from __future__ import annotations

from collections.abc import Iterator

from policy.booted_machine import BUCKET_OBJECT, SECRET_VERSION, bundled_machine, secret_machine
from policy.cis.benchmark import ANSWERED_OTHERWISE, verdicts
from policy.cis.check import Part
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    for machine, part in ((bundled_machine(judged), Part.BUNDLE), (secret_machine(judged), Part.SECRET)):
        if machine is None:
            continue
        for check, verdict in verdicts(machine, part):
            if not verdict.met and check.id not in ANSWERED_OTHERWISE:
                yield (
                    f"{machine.name} does not meet CIS {check.id} ({check.what}): {verdict.evidence}."
                    " Mend what renders that file under hardway/machine/."
                )


RULE = ResourceRule(
    name="cis-check-not-met",
    what="What a machine boots meets every check of the CIS Kubernetes Benchmark 1.12 that its files decide.",
    why="Each check closes a known way from one broken part to the whole cluster.",
    source="https://www.cisecurity.org/benchmark/kubernetes",
    fix="Change the template of the file that the message names; docs/reference/cis.md lists all checks.",
    severity=Severity.HIGH,
    reference="CIS 1.1 to 4.3",
    types=(BUCKET_OBJECT, SECRET_VERSION),
    check=_check,
)
