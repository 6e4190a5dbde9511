"""The programs that this host runs: the Pulumi engine and the cluster's command lines."""

from __future__ import annotations

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardway.artifacts.cache import cache_root, exclusive, is_present, scratch, unpacked_path
from hardway.artifacts.catalog import Source, load_catalog
from hardway.artifacts.download import OutOfReachError, fetch_checked
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.fetch import fetch
from hardway.artifacts.lock import load_lock
from hardway.artifacts.production import Production
from hardway.artifacts.progress import Progress, silent

LANGUAGE_HOST: Final = "pulumi-language-python"
"""The official CLI has it beside it; one built from modules does not."""


@dataclass(frozen=True)
class Engine:
    """A `pulumi` program. An unofficial one needs stand-ins for the language host and the analyzer on PATH."""

    path: Path
    official: bool


def find_engine(progress: Progress = silent) -> Engine:
    """The official CLI from PATH or the cache, or by download; else one built from its modules, once."""
    on_path = shutil.which("pulumi")
    if on_path and (Path(on_path).resolve().parent / LANGUAGE_HOST).exists():
        return Engine(Path(on_path), official=True)
    source = load_catalog().sources["pulumi"]
    official = cache_root() / "pulumi" / source.version
    if (official / LANGUAGE_HOST).exists():
        return Engine(official / "pulumi", official=True)
    with scratch() as work:
        production = Production(folder=work, origin="built", progress=progress)
        # Asked before waiting for the cache: another command may be building Kubernetes for minutes.
        if built := production.tool_built_before("pulumi"):
            return Engine(built, official=False)
        with exclusive():
            if _download_engine(source, work, official, progress):
                return Engine(official / "pulumi", official=True)
            return Engine(production.tool("pulumi"), official=False)


def kubectl_path(environment: str, progress: Progress = silent) -> Path:
    """`kubectl` of the environment's own version."""
    return _locked_program("kubectl", environment, progress)


def etcdctl_path(environment: str, progress: Progress = silent) -> Path:
    """`etcdctl` of the environment's own version."""
    return _locked_program("etcdctl", environment, progress)


def etcd_path(environment: str, progress: Progress = silent) -> Path:
    """`etcd` of the environment's own version, for a bench beside it."""
    return _locked_program("etcd", environment, progress)


def tool_path(name: str, progress: Progress = silent) -> Path:
    """A program that is built for this host only, as `kubeadm` for the bench."""
    with exclusive(), scratch() as folder:
        return Production(folder=folder, origin="built", progress=progress).tool(name)


def _locked_program(name: str, environment: str, progress: Progress) -> Path:
    """The lock's program, fetched if need be; one from PATH only if the lock's can't be had."""
    artifact = load_lock(environment).get(name)
    if is_present(artifact):
        return unpacked_path(artifact)
    try:
        fetch(environment, [name], progress)
    except ArtifactError:
        if on_path := shutil.which(name):
            return Path(on_path)
        raise
    return unpacked_path(artifact)


def _download_engine(source: Source, work: Path, target: Path, progress: Progress) -> bool:
    """Whether `target` now holds the official CLI; it does not if its host can't be reached."""
    if source.upstream is None:
        return False
    progress("pulumi", "download", 20)
    try:
        archive = fetch_checked(source.fill(source.upstream.url, ""), source.fill(source.upstream.checksum, ""), work)
    except OutOfReachError:
        return False
    with tarfile.open(archive) as opened:
        opened.extractall(work, filter="data")
    target.parent.mkdir(parents=True, exist_ok=True)
    (work / "pulumi").rename(target)
    return True
