"""Machines boot what the CIS benchmark asks for."""

from __future__ import annotations

from collections.abc import Iterator

from policy.cis.benchmark import ANSWERED_OTHERWISE, verdicts
from policy.cis.check import Part
from policy.machine_bundle import BUCKET_OBJECT, bundled_machine
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(judged: Resource, settings: Settings) -> Iterator[str]:
    machine = bundled_machine(judged)
    if machine is None:
        return
    for check, verdict in verdicts(machine, Part.BUNDLE):
        if not verdict.met and check.id not in ANSWERED_OTHERWISE:
            yield (
                f"CIS {check.id} ({check.what}) is not met by {machine.name}: {verdict.evidence}."
                " Mend the file's template under hardway/machine/."
            )


RULE = ResourceRule(
    name="cis-check-not-met",
    what="What a machine boots meets every check of the CIS Kubernetes Benchmark 1.12 that its files decide.",
    why="Each check closes a known way from one broken part to the whole cluster.",
    source="https://www.cisecurity.org/benchmark/kubernetes",
    fix="Change the template of the file that the message names; docs/reference/cis.md lists all checks.",
    severity=Severity.HIGH,
    reference="CIS 1.1 to 4.3",
    types=(BUCKET_OBJECT,),
    check=_check,
)
