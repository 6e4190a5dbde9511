"""The Debian 12 root file system that every machine of the sandbox boots from.

Built once with debootstrap from the Debian mirror that this host's own apt uses, then kept in the cache by the
content of its recipe. It holds what Debian's official EC2 image holds (`debian/packages.txt` names the source)
and nothing of ours: machines mount it read-only below their own layers.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

SUITE = "bookworm"
RECIPE = Path(__file__).parent / "debian"
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)

Progress = Callable[[str], None]


class BaseImageError(Exception):
    """The base image can't be made here; the message says why and what helps."""


@dataclass(frozen=True)
class Mirror:
    """Where Debian's packages come from: the archive and, where the host has one, its security archive."""

    archive: str
    security: str | None

    def sources_list(self) -> str:
        """The apt sources of the machine that is being built."""
        lines = [f"deb {self.archive} {suite} main" for suite in (SUITE, f"{SUITE}-updates")]
        if self.security:
            lines.append(f"deb {self.security} {SUITE}-security main")
        return "\n".join(lines) + "\n"


def package_names(text: str) -> tuple[str, ...]:
    """The packages of a list with one name a line and `#` comments."""
    names = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(name for name in names if name)


def host_mirror(sources: Iterable[str]) -> Mirror:
    """The Debian mirror named in the given apt source files (either format)."""
    addresses = [
        address.rstrip("/")
        for text in sources
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
        for address in re.findall(r"(?:https?|file)://\S+", line)
    ]
    archive = next((a for a in addresses if a.endswith("/debian")), None)
    if archive is None:
        raise BaseImageError(
            "no Debian mirror in /etc/apt: the sandbox's machines are Debian 12. "
            "Add a source whose address ends in /debian, or run on a Debian host."
        )
    return Mirror(archive, next((a for a in addresses if a.endswith("/debian-security")), None))


def recipe_key(recipe: Path = RECIPE) -> str:
    """Sixteen hex digits that change when the recipe does."""
    digest = hashlib.sha256(SUITE.encode())
    for path in sorted(recipe.iterdir()):
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def cached_path() -> Path:
    """Where the image of today's recipe is kept, or will be."""
    cache = Path(os.environ.get("HARDWAY_CACHE") or Path.home() / ".cache" / "hardway")
    return cache / "base-image" / recipe_key()


def ensure(progress: Progress) -> Path:
    """The base image's root directory, built first if this recipe's image is not in the cache."""
    root = cached_path()
    if root.is_dir():
        return root
    root.parent.mkdir(parents=True, exist_ok=True)
    with open(root.parent / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _build(root, progress)
    return root


def _build(root: Path, progress: Progress) -> None:
    keyring = next((path for path in KEYRINGS if path.exists()), None)
    if shutil.which("debootstrap") is None or keyring is None:
        raise BaseImageError(
            "building the machines' base image needs debootstrap and Debian's archive keys: "
            "apt-get install debootstrap debian-archive-keyring"
        )
    mirror = host_mirror(path.read_text() for path in _apt_sources())
    partial = root.with_suffix(".partial")
    log = root.with_suffix(".log")
    shutil.rmtree(partial, ignore_errors=True)
    started = time.monotonic()
    progress("base image: Debian 12 from its mirror (step 1 of 2, about 60 s)")
    packages = package_names((RECIPE / "packages.txt").read_text())
    with open(log, "w") as output:
        _run(
            ["debootstrap", "--variant=minbase", f"--keyring={keyring}", SUITE, partial, mirror.archive],
            output,
        )
        progress("base image: the packages of Debian's cloud image (step 2 of 2, about 60 s)")
        (partial / "etc/apt/sources.list").write_text(mirror.sources_list())
        shutil.copy(RECIPE / "install.sh", partial / "tmp/install.sh")
        for name in ("resolv.conf", "hosts"):
            shutil.copy(Path("/etc") / name, partial / "etc" / name)
        # The mount and PID namespaces end with the command, and every mount in them too.
        inside = (
            f"mount -t proc proc {partial}/proc && mount --rbind /dev {partial}/dev && "
            f'exec chroot {partial} /bin/sh /tmp/install.sh "$@"'
        )
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        _run([*unshare, "/bin/sh", "-c", inside, "sh", *packages], output)
    for left in ("tmp/install.sh", "etc/resolv.conf", "etc/hosts"):
        (partial / left).unlink()
    partial.rename(root)
    progress(f"base image: ready after {time.monotonic() - started:.0f} s")


def _apt_sources() -> list[Path]:
    folder = Path("/etc/apt")
    lists = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    return [path for path in lists if path.is_file() and path.suffix in (".list", ".sources")]


def _run(command: list[str | Path], output: object) -> None:
    path = str(getattr(output, "name", "its log"))
    done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)  # type: ignore[call-overload]
    if done.returncode != 0:
        tail = "\n".join(Path(path).read_text().splitlines()[-8:])
        raise BaseImageError(f"building the base image failed ({command[0]}); the end of {path}:\n{tail}")
