"""Where content comes from: built, downloaded from the publisher, or a package by its locked address."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hardway.artifacts.catalog import Catalog, Upstream, load_catalog
from hardway.artifacts.download import OutOfReachError
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.lock import BuiltWith, LockedArtifact
from hardway.artifacts.production import Production


def catalog_with(source: str, upstream: Upstream) -> Catalog:
    """The catalog, with another publisher for one source."""
    catalog = load_catalog()
    changed = catalog.sources[source].model_copy(update={"upstream": upstream})
    return catalog.model_copy(update={"sources": {**catalog.sources, source: changed}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where products go."""
    path = tmp_path / "products"
    path.mkdir()
    return path


def test_a_binary_is_built_with_versions_filled_in(folder: Path, runner: Any, built_with: BuiltWith) -> None:
    production = Production(folder=folder, origin="built", runner=runner, built_with=built_with)
    product = production.product("kubelet")
    assert product.content.read_text() == "k8s.io/kubernetes/cmd/kubelet"
    assert product.go_module == f"k8s.io/kubernetes@v{product.version}"
    (order,) = runner.orders
    assert f"-X k8s.io/component-base/version.gitVersion=v{product.version}" in order.flags
    assert "kubeadm" not in order.programs


def test_an_image_is_packed_around_its_program(folder: Path, runner: Any, built_with: BuiltWith) -> None:
    production = Production(folder=folder, origin="built", runner=runner, built_with=built_with)
    product = production.product("pause")
    assert product.kind == "image"
    assert product.reference is not None
    assert product.reference.startswith("hardway.local/pause@sha256:")
    assert tarfile.is_tarfile(product.content)


def test_upstream_is_downloaded_once_for_all_its_binaries(
    publisher: tuple[Path, str], folder: Path, built_with: BuiltWith, runner: Any
) -> None:
    published, address = publisher
    with tarfile.open(published / "etcd.tar.gz", "w:gz") as archive:
        for name in ("etcd", "etcdctl"):
            (published / name).write_text(f"official {name}")
            archive.add(published / name, f"etcd-v1/{name}")
    digest = hashlib.sha256((published / "etcd.tar.gz").read_bytes()).hexdigest()
    (published / "sums").write_text(f"{digest}  etcd.tar.gz\n")
    upstream = Upstream(url=f"{address}/etcd.tar.gz", checksum=f"{address}/sums", member="etcd-v1/{name}")
    told: list[tuple[str, str]] = []
    production = Production(
        folder=folder,
        origin="upstream",
        progress=lambda name, phase, _: told.append((name, phase)),
        runner=runner,
        catalog=catalog_with("etcd", upstream),
        built_with=built_with,
    )
    assert production.product("etcd").content.read_text() == "official etcd"
    assert production.product("etcdctl").content.read_text() == "official etcdctl"
    assert told == [("etcd", "download")]
    assert runner.orders == []


def test_upstream_out_of_reach_is_said(publisher: tuple[Path, str], folder: Path, built_with: BuiltWith) -> None:
    _, address = publisher
    upstream = Upstream(url=f"{address}/runc.amd64", checksum=f"{address}/sums")
    production = Production(
        folder=folder, origin="upstream", catalog=catalog_with("runc", upstream), built_with=built_with
    )
    with pytest.raises(OutOfReachError):
        production.product("runc")


def test_a_locked_package_comes_from_its_locked_address(
    publisher: tuple[Path, str], folder: Path, built_with: BuiltWith
) -> None:
    published, address = publisher
    (published / "libmnl0.deb").write_bytes(b"package")
    locked = LockedArtifact(
        name="libmnl0",
        kind="package",
        version="1.0.4-3",
        license="LGPL-2.1-or-later",
        upstream_url=f"{address}/libmnl0.deb",
        checksum_source="Debian's signed package index",
        size_bytes=1,
        sha256="a" * 64,
        content_sha256="b" * 64,
    )
    product = Production(folder=folder, origin="built", built_with=built_with).product("libmnl0", locked)
    assert product.content.read_bytes() == b"package"
    assert (product.version, product.upstream_url) == (locked.version, locked.upstream_url)


def test_an_unknown_name_is_refused(folder: Path, built_with: BuiltWith) -> None:
    production = Production(folder=folder, origin="built", built_with=built_with)
    with pytest.raises(ArtifactError, match="names no artifact crun"):
        production.product("crun")
    with pytest.raises(ArtifactError, match="names no tool crun"):
        production.tool("crun")


def test_a_tool_is_known_to_be_built_without_building(folder: Path, runner: Any, built_with: BuiltWith) -> None:
    production = Production(folder=folder, origin="built", runner=runner, built_with=built_with)
    assert production.tool_built_before("kubeadm") is None
    path = production.tool("kubeadm")
    assert production.tool_built_before("kubeadm") == path
    assert len(runner.orders) == 1
