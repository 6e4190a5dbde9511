"""Nobody is the first to run a combination of versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardway.config.compatibility import KUBERNETES, combination_faults, minor_of
from policy.declared_versions import declared_versions
from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    versions = declared_versions(settings)
    if versions is None:
        return
    if minor_of(versions.kubernetes) not in KUBERNETES:
        yield Finding(
            message=f"hardway:versions.kubernetes {versions.kubernetes} is not in hardway/config/compatibility.py."
            f" Use one of {', '.join(KUBERNETES)}, or add the minor with what it was tried with."
        )
    for component, fault in combination_faults(versions):
        yield Finding(message=f"hardway:versions.{component} {fault}.")


RULE = StackRule(
    name="versions-incompatible",
    what="The versions on the machines are a combination that the compatibility table knows.",
    why="Each of two versions can be sound and their combination can drop every endpoint of the cluster at once.",
    source="https://kubernetes.io/releases/version-skew-policy/",
    fix="Take versions that hardway/config/compatibility.py combines, or extend it after a trial in the sandbox.",
    severity=Severity.HIGH,
    reference="story: incompatible etcd, mesh and Kubernetes (Monzo, 2017)",
    check=_check,
)
