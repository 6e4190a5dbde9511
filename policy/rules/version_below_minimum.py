"""Nothing runs on machines that is known to be open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardway.config.support import minimum_for
from policy.declared_versions import declared_versions
from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for component, version in declared_versions(settings) or ():
        if (line := minimum_for(component, version)) is not None:
            yield Finding(
                message=f"hardway:versions.{component} {version} is open to {', '.join(line.holes)}, mended in"
                f" {line.version} since {line.since}. Take {line.version} or newer (docs/how-to/artifacts.md);"
                f" see {line.source}."
            )


RULE = StackRule(
    name="version-below-minimum",
    what="Every version on the machines is at or above the first one that mends what is publicly known.",
    why="What is in an advisory is in the attackers' tools a few days later.",
    source="https://kubernetes.io/docs/reference/issues-security/official-cve-feed/",
    fix="Raise the version in the stack file, the module under toolchain/, and make the lock anew.",
    severity=Severity.CRITICAL,
    reference="story: runc and containerd escapes (CVE-2019-5736, CVE-2024-21626, CVE-2026-53488)",
    check=_check,
)
