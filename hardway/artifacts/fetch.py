"""Fills the cache with what a lock names, and writes locks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hardway.artifacts.build import Runner, here
from hardway.artifacts.cache import exclusive, is_present, scratch, store
from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.compression import Compressed
from hardway.artifacts.download import OutOfReachError
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import (
    ArtifactLock,
    BuiltWith,
    LockedArtifact,
    Source,
    load_lock,
    lock_path,
    save_lock,
)
from hardway.artifacts.production import Production
from hardway.artifacts.progress import Progress, silent


def fetch(environment: str, names: Iterable[str] | None = None, progress: Progress = silent) -> ArtifactLock:
    """The cache then holds every artifact of the environment (or those named), equal to its lock."""
    lock = load_lock(environment)
    fetch_locked(lock, lock_path(environment), names, progress)
    return lock


def fetch_locked(
    lock: ArtifactLock,
    path: Path,
    names: Iterable[str] | None = None,
    progress: Progress = silent,
    runner: Runner | None = None,
) -> None:
    """As `fetch`, for a lock that was read from `path`."""
    wanted = lock.artifacts if names is None else [lock.get(name) for name in names]
    if all(is_present(artifact) for artifact in wanted):
        return
    with exclusive(), scratch() as folder:
        production = Production(folder=folder, origin=lock.source, progress=progress, runner=runner)
        for artifact in wanted:
            if is_present(artifact):
                continue
            try:
                product = production.product(artifact.name, artifact)
            except OutOfReachError as error:
                raise ArtifactError(
                    f"{path}: {artifact.name} comes from upstream, which is out of reach ({error}). "
                    f"To build it instead: ./hw artifacts lock {lock.environment} --source built"
                ) from error
            progress(artifact.name, "compress", product.content.stat().st_size / 60e6)
            compressed = store(artifact.name, product.content)
            compare(artifact, compressed, lock, production.built_with, path)
            progress(artifact.name, "done", 0)


def compare(artifact: LockedArtifact, found: Compressed, lock: ArtifactLock, here: BuiltWith, path: Path) -> None:
    """Nothing happens if the content is what the lock says; else an error with both hashes, the cause and the fix."""
    if found.sha256 == artifact.sha256:
        return
    if found.content_sha256 != artifact.content_sha256:
        what = f"content SHA-256 {artifact.content_sha256} expected, {found.content_sha256} found"
    else:
        what = f"same content, but compressed SHA-256 {artifact.sha256} expected, {found.sha256} found"
    differs = lock.built_with.differences(here)
    cause = f" ({differs})" if differs else ""
    raise ArtifactError(
        f"{path}: {artifact.name} {artifact.version}: {what}{cause}. "
        f"If the new one is right: ./hw artifacts lock {lock.environment}"
    )


def write_lock(environment: str, source: Source = "built", progress: Progress = silent) -> ArtifactLock:
    """The environment's lock file then holds what the catalog names, as this host builds or downloads it now."""
    catalog = load_catalog()
    names = [
        *(name for one in catalog.sources.values() for name in one.binaries),
        *(one.image.name for one in catalog.sources.values() if one.image),
        *catalog.packages,
    ]
    with exclusive(), scratch() as folder:
        production = Production(folder=folder, origin=source, progress=progress)
        artifacts = tuple(_locked(name, production) for name in names)
    lock = ArtifactLock(environment=environment, source=source, built_with=here(), artifacts=artifacts)
    save_lock(lock_path(environment), lock)
    return lock


def _locked(name: str, production: Production) -> LockedArtifact:
    product = production.product(name)
    production.progress(name, "compress", product.content.stat().st_size / 60e6)
    compressed = store(name, product.content)
    production.progress(name, "done", 0)
    return LockedArtifact(
        name=name,
        kind=product.kind,
        version=product.version,
        license=product.license,
        upstream_url=product.upstream_url,
        checksum_source=product.checksum_source,
        go_module=product.go_module,
        size_bytes=compressed.size_bytes,
        sha256=compressed.sha256,
        content_sha256=compressed.content_sha256,
        reference=product.reference,
    )
