"""The lock: every artifact of an environment with its hashes. Reading it needs no binary on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from hardway.artifacts.compression import SUFFIX
from hardway.artifacts.errors import ArtifactError

Kind = Literal["binary", "package", "image"]
Source = Literal["built", "upstream"]

LOCK_DIRECTORY: Final = Path(__file__).resolve().parents[2] / "stacks" / "artifacts"


class LockedArtifact(BaseModel):
    """One binary, Debian package or image archive, as it lies in the environment's bucket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    version: str
    license: str
    """SPDX expression."""
    upstream_url: str
    """Where the publisher offers it, or its source if it offers none."""
    checksum_source: str
    """Where the publisher's own checksum is to be read."""
    go_module: str | None = None
    """Module and version that it is built from, if it is."""
    size_bytes: int
    """Of the stored object."""
    sha256: str
    """Of the stored object, which is compressed."""
    content_sha256: str
    """Of the content once decompressed."""
    reference: str | None = None
    """Images only: exactly what a pod or containerd's configuration must name."""

    @property
    def object_key(self) -> str:
        """The key in the artifact bucket: by content, so that an object never changes."""
        return f"artifacts/{self.sha256}/{self.name}.{SUFFIX}"


class BuiltWith(BaseModel):
    """What decides the bytes beside the sources. `gcc` and `libseccomp` matter to what needs cgo or C only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    go: str
    gcc: str
    libseccomp: str
    zstd: str

    def differences(self, here: BuiltWith) -> str:
        """What is another here, as `gcc 12.2.0 in the lock, 13.1.0 here`; empty if nothing is."""
        return "; ".join(
            f"{field} {locked} in the lock, {getattr(here, field)} here"
            for field, locked in self
            if locked != getattr(here, field)
        )


class ArtifactLock(BaseModel):
    """All artifacts of one environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: str
    source: Source
    """`built`: everything from source. `upstream`: the publishers' binaries where there are any."""
    built_with: BuiltWith
    artifacts: tuple[LockedArtifact, ...]

    def get(self, name: str) -> LockedArtifact:
        """The artifact of that name."""
        for artifact in self.artifacts:
            if artifact.name == name:
                return artifact
        known = ", ".join(artifact.name for artifact in self.artifacts)
        raise ArtifactError(f"{lock_path(self.environment)}: no artifact is named {name}. It has: {known}.")

    def image(self, name: str) -> str:
        """The reference that a pod must name for the seed image of that name."""
        reference = self.get(name).reference
        if reference is None:
            raise ArtifactError(f"{lock_path(self.environment)}: {name} is not an image.")
        return reference

    @property
    def versions(self) -> dict[str, str]:
        """The version of every artifact by its name."""
        return {artifact.name: artifact.version for artifact in self.artifacts}

    def version(self, name: str) -> str:
        """The version of the artifact of that name, as `1.36.3`."""
        return self.get(name).version


def lock_path(environment: str) -> Path:
    """The lock's file, relative to the working folder where that reads better."""
    path = LOCK_DIRECTORY / f"{environment}.json"
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)


def load_lock(environment: str) -> ArtifactLock:
    """The environment's lock, or an error that names the file and how to make it right."""
    return read_lock(lock_path(environment), environment)


def read_lock(path: Path, environment: str) -> ArtifactLock:
    """The lock in `path`, which must be that environment's."""
    fix = f"Make it with: ./hw artifacts lock {environment}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ArtifactError(f"{path}: there is no artifact lock for {environment}. {fix}") from None
    try:
        lock = ArtifactLock.model_validate_json(text)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}" for fault in error.errors()
        )
        raise ArtifactError(f"{path}: {faults}. {fix}") from None
    if lock.environment != environment:
        raise ArtifactError(f"{path}: environment: is {lock.environment}, expected {environment}. {fix}")
    names = [artifact.name for artifact in lock.artifacts]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ArtifactError(f"{path}: artifacts: {', '.join(twice)} is listed twice. {fix}")
    return lock


def save_lock(path: Path, lock: ArtifactLock) -> None:
    """`path` holds the lock, artifacts in the order of their names, so that a change reads well in a diff."""
    ordered = lock.model_copy(update={"artifacts": tuple(sorted(lock.artifacts, key=lambda one: one.name))})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ordered.model_dump_json(indent=2) + "\n", encoding="utf-8")
