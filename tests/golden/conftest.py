"""The inputs of the goldens: a fixed configuration and a lock of made-up hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import pytest
import yaml

from hardway.artifacts.lock import ArtifactLock, BuiltWith, Kind, LockedArtifact
from hardway.config.environment import Environment
from hardway.config.load import load_environment
from tests.golden.trees import CheckTree, compare_tree, write_tree

HERE: Final = Path(__file__).parent
ARTIFACTS: Final[dict[Kind, str]] = {
    "binary": "kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl etcd etcdctl etcdutl "
    "containerd containerd-shim-runc-v2 ctr runc bridge host-local portmap loopback flanneld",
    "package": "nftables libnftables1 libnftnl11 libjansson4 libmnl0",
    "image": "pause coredns agnhost",
}


@pytest.fixture(scope="session")
def environment() -> Environment:
    """The environment of config.yaml."""
    file = HERE / "config.yaml"
    return load_environment("golden", yaml.safe_load(file.read_text()), file.name)


@pytest.fixture(scope="session")
def lock() -> ArtifactLock:
    """A lock whose hashes follow from the names, so that no build changes a golden."""
    return ArtifactLock(
        environment="golden",
        source="built",
        built_with=BuiltWith(go="1", gcc="1", libseccomp="1", zstd="1"),
        artifacts=tuple(_locked(kind, name) for kind, names in ARTIFACTS.items() for name in names.split()),
    )


@pytest.fixture
def check_tree(request: pytest.FixtureRequest) -> CheckTree:
    """Compares files with a golden folder, or rewrites it with --update-goldens."""
    act = write_tree if request.config.getoption("--update-goldens") else compare_tree
    return lambda folder, files: act(HERE / folder, files)


def _locked(kind: Kind, name: str) -> LockedArtifact:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return LockedArtifact(
        name=name,
        kind=kind,
        version="1.0.0",
        license="Apache-2.0",
        upstream_url=f"https://example.net/{name}",
        checksum_source=f"https://example.net/{name}.sha256",
        size_bytes=1,
        sha256=digest,
        content_sha256=digest,
        reference=f"hardway.local/{name}:1.0.0" if kind == "image" else None,
    )
