"""The catalog: what exists, how each source is built, where its publisher offers it (data in catalog.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from hardway.artifacts.errors import ArtifactError

CATALOG_FILE: Final = Path(__file__).with_name("catalog.yaml")
TOOLCHAIN_DIRECTORY: Final = Path(__file__).resolve().parents[2] / "toolchain"


class Entry(BaseModel):
    """A part of the catalog: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GoModule(Entry):
    """How a Go program is built."""

    directory: str
    """Folder below toolchain/ with go.mod and go.sum."""
    module: str
    """The publisher's module, whose version go.mod pins."""
    ldflags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cgo: bool = False
    """Links C statically; the bytes then depend on this host's gcc and libseccomp."""


class CProgram(Entry):
    """How a small C program out of a Go module is built: statically, with this host's gcc."""

    directory: str
    module: str
    file: str
    flags: tuple[str, ...]


class SeedImage(Entry):
    """An image with one static program in it."""

    name: str
    package: str
    entrypoint: tuple[str, ...]
    arguments: tuple[str, ...]


class Upstream(Entry):
    """The publisher's own build. `member`: the path in the archive; a bare binary has none."""

    url: str
    checksum: str
    member: str | None = None


class Source(Entry):
    """One upstream project at one version."""

    version: str
    license: str
    estimate_seconds: int
    """With two cores and nothing compiled before."""
    go: GoModule | None = None
    c: CProgram | None = None
    binaries: Mapping[str, str] = {}
    """Binaries for machines: name to Go package."""
    tools: Mapping[str, str] = {}
    """Programs for this host only; in no lock."""
    image: SeedImage | None = None
    upstream: Upstream | None = None

    def fill(self, text: str, name: str) -> str:
        """`text` with {version} and {name} filled in."""
        return text.format(version=self.version, name=name)

    @property
    def recipe(self) -> GoModule | CProgram:
        """How it is built; every source has one way."""
        recipe = self.go or self.c
        if recipe is None:
            raise ArtifactError(f"{CATALOG_FILE}: a source of version {self.version} has neither `go` nor `c`.")
        return recipe

    @property
    def module_version(self) -> str:
        """The module with the version that go.mod pins, as `k8s.io/kubernetes@v1.36.3`."""
        go_mod = TOOLCHAIN_DIRECTORY / self.recipe.directory / "go.mod"
        line = re.compile(rf"^(?:require )?\s*{re.escape(self.recipe.module)} (v\S+)", re.MULTILINE)
        if not (found := line.search(go_mod.read_text(encoding="utf-8"))):
            raise ArtifactError(f"{go_mod}: does not require {self.recipe.module}.")
        return f"{self.recipe.module}@{found.group(1)}"


class Package(Entry):
    """A Debian package; its version is the release's current one when the lock is written."""

    license: str


class Catalog(Entry):
    """All of catalog.yaml."""

    go_version: str
    sources: Mapping[str, Source]
    packages: Mapping[str, Package]
    debian_release: str

    def binary_source(self, name: str) -> Source | None:
        """The source that yields the machine binary of that name."""
        return next((source for source in self.sources.values() if name in source.binaries), None)

    def tool_source(self, name: str) -> Source | None:
        """The source that yields the host tool of that name."""
        return next((source for source in self.sources.values() if name in source.tools), None)

    def image_source(self, name: str) -> Source | None:
        """The source of the program in the seed image of that name."""
        return next((one for one in self.sources.values() if one.image and one.image.name == name), None)


@cache
def load_catalog() -> Catalog:
    """The catalog that this checkout holds."""
    return Catalog.model_validate(yaml.safe_load(CATALOG_FILE.read_text(encoding="utf-8")))
