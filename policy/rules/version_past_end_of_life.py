"""Everything on machines still gets its holes mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hardway.config.compatibility import minor_of
from hardway.config.support import end_of_life
from policy.declared_versions import declared_versions
from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for component, version in declared_versions(settings) or ():
        last_day = end_of_life(component, version)
        if last_day is not None and settings.today > last_day:
            yield Finding(
                message=f"hardway:versions.{component} {version}: {minor_of(version)} is past its end of life since"
                f" {last_day}. Take a minor that is kept alive (hardway/config/support.py has their last days)."
            )


RULE = StackRule(
    name="version-past-end-of-life",
    what="No version on the machines is past the last day on which its publisher keeps it alive.",
    why="The next hole in it is mended for everybody else.",
    source="https://kubernetes.io/releases/patch-releases/",
    fix="Raise the version in the stack file, the module under toolchain/, and make the lock anew.",
    severity=Severity.HIGH,
    reference="story: an upgrade over several minors under pressure (Reddit, 2023)",
    check=_check,
)
