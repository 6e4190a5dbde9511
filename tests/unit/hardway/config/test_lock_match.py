"""What machines get is what the stack file says."""

from __future__ import annotations

import pytest

from hardway.config.load import ConfigError
from hardway.config.lock_match import LOCKED_AS, require_locked
from hardway.config.versions import Versions

VERSIONS = Versions(
    kubernetes="1.36.3",
    etcd="3.6.14",
    containerd="2.2.1",
    runc="1.5.2",
    cni_plugins="1.9.1",
    flannel="0.28.4",
    coredns="1.14.1",
)
LOCKED = {artifact: getattr(VERSIONS, key) for key, artifacts in LOCKED_AS.items() for artifact in artifacts}
FIX = "change one of them (./hw artifacts lock dev makes the lock anew)"


def test_every_version_has_an_artifact_and_the_same_ones_pass() -> None:
    assert set(LOCKED_AS) == set(Versions.model_fields)
    require_locked(VERSIONS, LOCKED, "dev", "f")


@pytest.mark.parametrize("key", LOCKED_AS)
def test_each_version_is_compared(key: str) -> None:
    other = VERSIONS.model_copy(update={key: "9.9.9"})
    with pytest.raises(ConfigError, match=rf"hardway:versions.{key}: 9.9.9, but stacks/artifacts/dev.json has "):
        require_locked(other, LOCKED, "dev", "f")


def test_each_mismatch_is_a_line_with_both_files_and_the_fix() -> None:
    locked = LOCKED | {"kubelet": "1.36.2", "etcd": "3.6.13"}
    del locked["bridge"]
    with pytest.raises(ConfigError) as caught:
        require_locked(VERSIONS, locked, "dev", "stacks/Pulumi.dev.yaml")
    assert str(caught.value).splitlines() == [
        f"stacks/Pulumi.dev.yaml: hardway:versions.{line}; {FIX}"
        for line in (
            "kubernetes: 1.36.3, but stacks/artifacts/dev.json has kubelet 1.36.2",
            "etcd: 3.6.14, but stacks/artifacts/dev.json has etcd 3.6.13",
            "cni_plugins: 1.9.1, but stacks/artifacts/dev.json has no bridge",
        )
    ]
