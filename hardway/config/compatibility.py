"""Which versions are known, until when they are kept alive, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hardway.config.versions import Versions


@dataclass(frozen=True, kw_only=True)
class KubernetesMinor:
    """One Kubernetes minor: its end of life and the least versions that it runs with."""

    end_of_life: date
    least_patch: int
    """Lowest patch without a known hole that matters here."""
    etcd: tuple[str, ...]
    """etcd minors, as 3.6."""
    containerd: tuple[str, ...]
    flannel: tuple[str, ...]
    coredns: tuple[str, ...]


KUBERNETES: Final[dict[str, KubernetesMinor]] = {
    "1.35": KubernetesMinor(
        end_of_life=date(2027, 2, 28),
        least_patch=3,
        etcd=("3.6",),
        containerd=("2.1", "2.2", "2.3"),
        flannel=("0.27", "0.28"),
        coredns=("1.13", "1.14"),
    ),
    "1.36": KubernetesMinor(
        end_of_life=date(2027, 6, 28),
        least_patch=1,
        etcd=("3.6",),
        containerd=("2.2", "2.3"),
        flannel=("0.28",),
        coredns=("1.14",),
    ),
}
"""Minors that machines can be rendered for. Dates: https://kubernetes.io/releases/patch-releases/."""

RETIRED: Final[dict[str, date]] = {
    "1.32": date(2026, 2, 28),
    "1.33": date(2026, 6, 28),
    "1.34": date(2026, 10, 27),
}
"""Minors past their end of life, kept so that the message can say since when."""

LEAST_ETCD: Final = (3, 6, 11)
"""CVE-2026-44283 is mended from here on: https://github.com/etcd-io/etcd/security/advisories."""


def minor_of(version: str) -> str:
    """The minor of a version: `1.36.3` gives `1.36`."""
    return ".".join(version.split(".")[:2])


def version_faults(versions: Versions) -> list[tuple[str, str]]:
    """Each fault as (key below `versions`, what is wrong): unknown, no longer known, with holes, or ill-matched."""
    minor = minor_of(versions.kubernetes)
    if minor in RETIRED:
        return [
            (
                "kubernetes",
                f"{versions.kubernetes} is past its end of life since {RETIRED[minor]}; "
                f"use one of {', '.join(KUBERNETES)}",
            )
        ]
    known = KUBERNETES.get(minor)
    if known is None:
        return [("kubernetes", f"{versions.kubernetes} is not known; use one of {', '.join(KUBERNETES)}")]
    faults = []
    if int(versions.kubernetes.split(".")[2]) < known.least_patch:
        faults.append(
            ("kubernetes", f"{versions.kubernetes} has known holes; use {minor}.{known.least_patch} or newer")
        )
    if tuple(int(part) for part in versions.etcd.split(".")) < LEAST_ETCD:
        least = ".".join(str(part) for part in LEAST_ETCD)
        faults.append(("etcd", f"{versions.etcd} has known holes; use {least} or newer"))
    return faults + combination_faults(versions)


def combination_faults(versions: Versions) -> list[tuple[str, str]]:
    """Each version that nobody has tried with this Kubernetes, as (key below `versions`, what is wrong)."""
    known = KUBERNETES.get(minor_of(versions.kubernetes))
    if known is None:
        return []
    faults = []
    for key in ("etcd", "containerd", "flannel", "coredns"):
        version, fitting = getattr(versions, key), getattr(known, key)
        if minor_of(version) not in fitting:
            faults.append(
                (
                    key,
                    f"{version} is not combined with kubernetes {versions.kubernetes}; "
                    f"use {' or '.join(f'{one}.x' for one in fitting)}",
                )
            )
    return faults
