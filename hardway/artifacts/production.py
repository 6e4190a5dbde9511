"""Where an artifact's content comes from: a build, a download, apt, or an image packed around a build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hardway.artifacts import packages
from hardway.artifacts.build import Order, Runner, build, built_before, here
from hardway.artifacts.catalog import Catalog, Source, load_catalog
from hardway.artifacts.download import OutOfReachError, download, extract, fetch_checked
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.image import pack_image
from hardway.artifacts.lock import BuiltWith, Kind, LockedArtifact
from hardway.artifacts.lock import Source as Origin
from hardway.artifacts.progress import Progress, silent


@dataclass(frozen=True, kw_only=True)
class Product:
    """An artifact's content on disk and what the lock says of it."""

    content: Path
    kind: Kind
    version: str
    license: str
    upstream_url: str
    checksum_source: str
    go_module: str | None = None
    reference: str | None = None


@dataclass(kw_only=True)
class Production:
    """Makes artifacts into `folder`, which the caller owns. `runner` stands in for the compiler in tests."""

    folder: Path
    origin: Origin
    progress: Progress = silent
    runner: Runner | None = None
    catalog: Catalog = field(default_factory=load_catalog)
    built_with: BuiltWith = field(default_factory=here)

    def product(self, name: str, locked: LockedArtifact | None = None) -> Product:
        """The artifact's content; a package has the locked version, or the release's current one if there is none."""
        if source := self.catalog.binary_source(name):
            if self.origin == "upstream" and source.upstream:
                return self._product(source, name, "binary", self._downloaded(source, name))
            return self._product(source, name, "binary", self._built(source, source.binaries) / name)
        if source := self.catalog.image_source(name):
            return self._image(source, name)
        if package := self.catalog.packages.get(name):
            return self._package(name, package.license, locked)
        raise ArtifactError(f"hardway/artifacts/catalog.yaml: names no artifact {name}.")

    def tool(self, name: str) -> Path:
        """A program for this host, built."""
        source = self._tool_source(name)
        return self._built(source, {name: source.tools[name]}) / name

    def tool_built_before(self, name: str) -> Path | None:
        """The same, if it needs no work."""
        source = self._tool_source(name)
        folder = built_before(self._order(source, {name: source.tools[name]}), self.built_with)
        return folder and folder / name

    def _tool_source(self, name: str) -> Source:
        source = self.catalog.tool_source(name)
        if source is None:
            raise ArtifactError(f"hardway/artifacts/catalog.yaml: names no tool {name}.")
        return source

    @staticmethod
    def _order(source: Source, programs: Mapping[str, str]) -> Order:
        flags = source.go.ldflags if source.go else source.c.flags if source.c else ()
        filled = tuple(source.fill(flag, "") for flag in flags)
        return Order(recipe=source.recipe, flags=filled, programs=programs)

    def _built(self, source: Source, programs: Mapping[str, str]) -> Path:
        title = next(name for name, one in self.catalog.sources.items() if one is source)

        def started() -> None:
            self.progress(title, "build", source.estimate_seconds)

        return build(self._order(source, programs), self.built_with, started, self.runner)

    def _downloaded(self, source: Source, name: str) -> Path:
        upstream = source.upstream
        assert upstream is not None
        url, checksum = source.fill(upstream.url, name), source.fill(upstream.checksum, name)
        folder = self.folder / url.rsplit("/", 1)[-1]
        archive = folder / folder.name
        if not archive.is_file():
            self.progress(name, "download", 10)
            folder.mkdir(exist_ok=True)
            archive = fetch_checked(url, checksum, folder)
        if upstream.member is None:
            return archive
        target = self.folder / name
        extract(archive, source.fill(upstream.member, name), target)
        return target

    def _image(self, source: Source, name: str) -> Product:
        image = source.image
        assert image is not None
        if self.origin == "upstream" and source.upstream:
            program = self._downloaded(source, name)
        else:
            program = self._built(source, {name: image.package}) / name
        packed = pack_image(
            name=name,
            version=source.version,
            program=program,
            entrypoint=image.entrypoint,
            arguments=image.arguments,
            license=source.license,
        )
        archive = self.folder / f"{name}.tar"
        archive.write_bytes(packed.content)
        return self._product(source, name, "image", archive, packed.reference)

    def _package(self, name: str, license: str, locked: LockedArtifact | None) -> Product:
        self.progress(name, "download", 2)
        folder = self.folder / f"{name}.deb.d"
        folder.mkdir(exist_ok=True)
        if locked is None:
            chosen = packages.candidate(name, self.catalog.debian_release)
            version, url = chosen.version, chosen.url
            content = packages.download(name, version, folder)
        else:
            version, url, content = locked.version, locked.upstream_url, folder / f"{name}.deb"
            try:
                download(url, content)
            except OutOfReachError:
                content = packages.download(name, version, folder)
        return Product(
            content=content,
            kind="package",
            version=version,
            license=license,
            upstream_url=url,
            checksum_source=packages.CHECKSUM_SOURCE,
        )

    def _product(self, source: Source, name: str, kind: Kind, content: Path, reference: str | None = None) -> Product:
        upstream = source.upstream
        module = source.module_version
        return Product(
            content=content,
            kind=kind,
            version=source.version,
            license=source.license,
            upstream_url=source.fill(upstream.url, name) if upstream else f"https://pkg.go.dev/{module}",
            checksum_source=source.fill(upstream.checksum, name) if upstream else "https://sum.golang.org",
            go_module=module,
            reference=reference,
        )
