"""The catalog agrees with the module files, the locks and what machines are promised."""

from __future__ import annotations

import pytest

from hardway.artifacts.catalog import load_catalog
from hardway.artifacts.lock import load_lock


def test_every_source_is_pinned_at_its_version() -> None:
    for name, source in load_catalog().sources.items():
        module, version = source.module_version.split("@")
        # agnhost and pause live in Kubernetes' module and have versions of their own.
        if module != "k8s.io/kubernetes" or name == "kubernetes":
            assert version == f"v{source.version}"


def test_urls_are_filled_in() -> None:
    kubernetes = load_catalog().sources["kubernetes"]
    assert kubernetes.upstream is not None
    filled = kubernetes.fill(kubernetes.upstream.url, "kubelet")
    assert filled == f"https://dl.k8s.io/release/v{kubernetes.version}/bin/linux/amd64/kubelet"


def test_kubeadm_and_the_engine_go_to_no_machine() -> None:
    names = {artifact.name for artifact in load_lock("sandbox").artifacts}
    assert not names & {"kubeadm", "pulumi"}
    assert load_catalog().tool_source("kubeadm") is load_catalog().sources["kubernetes"]


@pytest.mark.parametrize("environment", ["sandbox", "dev", "prod"])
def test_locks_hold_the_catalog(environment: str) -> None:
    catalog, lock = load_catalog(), load_lock(environment)
    expected = {
        *(name for source in catalog.sources.values() for name in source.binaries),
        *(source.image.name for source in catalog.sources.values() if source.image),
        *catalog.packages,
    }
    assert {artifact.name for artifact in lock.artifacts} == expected
    for name, source in catalog.sources.items():
        for binary in source.binaries:
            assert lock.version(binary) == source.version, f"{name}: relock with ./hw artifacts lock {environment}"
