"""Until when each version is kept alive, and from which patch on it has no known hole that matters here.

Both tables are facts of the day on which a line was written; each line says where it can be looked up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hardway.config.compatibility import KUBERNETES, RETIRED, minor_of


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """The least version of one minor."""

    component: str
    """A key of hardway:versions."""

    version: str
    """The first patch that mends the holes."""

    since: date
    """The day on which the remedy was public, and with it the holes."""

    holes: tuple[str, ...]
    source: str

    @property
    def minor(self) -> str:
        """The minor that the line is about."""
        return minor_of(self.version)


MINIMUMS: Final = (
    Minimum(
        component="kubernetes",
        version="1.35.2",
        since=date(2026, 2, 4),
        holes=("CVE-2025-68121",),
        source="https://github.com/kubernetes/kubernetes/pull/136751",
    ),
    Minimum(
        component="kubernetes",
        version="1.36.2",
        since=date(2026, 6, 12),
        holes=("CVE-2026-33811", "CVE-2026-33814"),
        source="https://github.com/kubernetes/kubernetes/pull/138871",
    ),
    Minimum(
        component="etcd",
        version="3.6.14",
        since=date(2026, 7, 24),
        holes=("GHSA-xg4h-6gfc-h4m8", "GHSA-6vch-q96h-7gc3", "CVE-2026-44283"),
        source="https://github.com/etcd-io/etcd/security/advisories",
    ),
    Minimum(
        component="containerd",
        version="2.2.5",
        since=date(2026, 6, 19),
        holes=("CVE-2026-53488", "CVE-2026-50195", "CVE-2026-53489", "CVE-2026-53492", "CVE-2026-47262"),
        source="https://github.com/containerd/containerd/releases/tag/v2.2.5",
    ),
    Minimum(
        component="containerd",
        version="2.3.5",
        since=date(2026, 9, 4),
        holes=("CVE-2026-53495", "GHSA-rp3h-jf77-q9p4"),
        source="https://github.com/containerd/containerd/releases/tag/v2.3.5",
    ),
    Minimum(
        component="runc",
        version="1.3.6",
        since=date(2026, 6, 15),
        holes=("CVE-2026-41579", "CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"),
        source="https://github.com/opencontainers/runc/security/advisories/GHSA-xjvp-4fhw-gc47",
    ),
    Minimum(
        component="runc",
        version="1.4.3",
        since=date(2026, 6, 18),
        holes=("CVE-2026-41579",),
        source="https://github.com/opencontainers/runc/security/advisories/GHSA-xjvp-4fhw-gc47",
    ),
    Minimum(
        component="cni_plugins",
        version="1.9.0",
        since=date(2025, 12, 9),
        holes=("CVE-2025-67499",),
        source="https://github.com/containernetworking/plugins/security/advisories/GHSA-jv3w-x3r3-g6rm",
    ),
    Minimum(
        component="flannel",
        version="0.28.2",
        since=date(2026, 3, 27),
        holes=("GHSA-vchx-5pr6-ffx2",),
        source="https://github.com/flannel-io/flannel/security/advisories/GHSA-vchx-5pr6-ffx2",
    ),
    Minimum(
        component="coredns",
        version="1.14.7",
        since=date(2026, 8, 19),
        holes=("CVE-2026-86003", "CVE-2026-82399", "CVE-2026-32936", "CVE-2026-26017", "CVE-2026-26018"),
        source="https://github.com/coredns/coredns/releases/tag/v1.14.7",
    ),
)
"""The least version of each minor that is still of interest; older minors than these have the holes, too."""

END_OF_LIFE: Final[dict[str, dict[str, date]]] = {
    "kubernetes": {**RETIRED, **{minor: known.end_of_life for minor, known in KUBERNETES.items()}},
    "containerd": {
        "2.1": date(2026, 5, 5),
        "2.2": date(2026, 11, 6),
        "2.3": date(2028, 4, 30),
    },
}
"""The last day of each minor, where its publisher names one: https://kubernetes.io/releases/patch-releases/ and
https://github.com/containerd/containerd/blob/main/RELEASES.md."""


def minimum_for(component: str, version: str) -> Minimum | None:
    """The line that the version falls short of; None if it is not below its minor's, or its minor is newer than all."""
    lines = sorted((one for one in MINIMUMS if one.component == component), key=lambda one: _numbers(one.version))
    own = next((one for one in lines if one.minor == minor_of(version)), None)
    if own is None:
        # Of a minor without a line, an older one is below the first line, and a newer one is above the last.
        own = next((one for one in lines if _numbers(one.version) > _numbers(version)), None)
    return own if own is not None and _numbers(version) < _numbers(own.version) else None


def end_of_life(component: str, version: str) -> date | None:
    """The last day on which the version's minor is kept alive; None where nobody says."""
    return END_OF_LIFE.get(component, {}).get(minor_of(version))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
