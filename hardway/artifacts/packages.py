"""Debian packages: apt checks them against its signed index when the lock is written, the lock does afterwards."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardway.artifacts.errors import ArtifactError

CHECKSUM_SOURCE: Final = "Debian's signed package index"

PRINTED_URI: Final = re.compile(r"^'(?P<url>[^']+)' (?P<file>\S+) (?P<size>\d+) (?P<hash>\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The version of a package that apt would install, and where it is."""

    version: str
    url: str


def candidate(name: str, release: str) -> Candidate:
    """What the release offers now. Fails on a host of another release, whose packages would not fit the machines."""
    _require_release(release)
    answer = _apt("download", "--print-uris", name)
    shown = _run(["apt-cache", "show", "--no-all-versions", name])
    version = re.search(r"^Version: (\S+)$", shown, re.MULTILINE)
    uri = PRINTED_URI.search(answer)
    if not version or not uri:
        raise ArtifactError(f"apt knows no package {name}. Run apt-get update and try again.")
    return Candidate(version=version.group(1), url=uri["url"].replace("%2b", "+"))


def download(name: str, version: str, folder: Path) -> Path:
    """The package's file in `folder`, checked by apt."""
    _apt("download", f"{name}={version}", folder=folder)
    found = list(folder.glob(f"{name}_*.deb"))
    if len(found) != 1:
        raise ArtifactError(f"apt-get download {name}={version} left {len(found)} files instead of one.")
    return found[0]


def _require_release(release: str) -> None:
    os_release = Path("/etc/os-release")
    here = os_release.read_text(encoding="utf-8") if os_release.is_file() else ""
    if not re.search(rf'^VERSION_CODENAME="?{release}"?$', here, re.MULTILINE):
        raise ArtifactError(
            f"A lock's Debian packages are chosen on Debian {release}, which this host is not. "
            "Write the lock in a container or machine of that release."
        )


def _apt(*arguments: str, folder: Path | None = None) -> str:
    # The sandbox user of apt can't write into a private folder; apt would warn and go on as root anyway.
    return _run(["apt-get", "--quiet", "-o", "APT::Sandbox::User=root", *arguments], folder)


def _run(command: list[str], folder: Path | None = None) -> str:
    if not shutil.which(command[0]):
        raise ArtifactError(f"{command[0]} is not installed, and the package could not be fetched directly.")
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ArtifactError(f"`{' '.join(command)}` failed: {answer.stderr.strip()} Run apt-get update and try again.")
    return answer.stdout
