"""The benchmark's checks as findings of the object that carries a bundle, and of the secret that carries keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hardway.machine.bundle import pack, pack_secrets
from hardway.machine.file import File
from policy.booted_machine import BUCKET_OBJECT, SECRET_VERSION
from policy.resource import UNKNOWN, Asset
from policy.rule import Resource
from policy.rules.cis_check_not_met import RULE
from tests.policy.cis.machines import machine
from tests.policy.resources import messages, resource, without

KUBELET = "/etc/kubernetes/kubelet.yaml"
KEY = "/etc/kubernetes/pki/kube-apiserver.key"


def files(name: str, changes: Mapping[str, File] = {}) -> dict[str, File]:
    return {path: File(file.content, file.mode) for path, file in machine(name).files.items()} | dict(changes)


def bundle(folder: Path, name: str = "general", changes: Mapping[str, File] = {}) -> dict[str, Any]:
    path = folder / "bundle.tar"
    path.write_bytes(pack(files(name, changes)))
    role = "worker" if name == "general" else "control-plane"
    return {
        "bucket": UNKNOWN,
        "key": "bundles/0123.tar",
        "source": Asset(path=str(path)),
        "tags": {"hardway:role": role},
    }


def judged(properties: dict[str, Any]) -> Resource:
    return resource(BUCKET_OBJECT, properties, name="pool-general")


@pytest.mark.parametrize("name", ["general", "control-plane-2"])
def test_a_bundle_as_it_is_rendered_is_no_finding(tmp_path: Path, name: str) -> None:
    assert messages(RULE, judged(bundle(tmp_path, name))) == []


def test_a_file_that_others_can_read_is_found_with_the_check_and_the_file(tmp_path: Path) -> None:
    kubelet = File(files("general")[KUBELET].content, 0o644)
    (message,) = messages(RULE, judged(bundle(tmp_path, changes={KUBELET: kubelet})))
    assert "pool-general does not meet CIS 4.1.9" in message
    assert f"{KUBELET} is 0644" in message
    assert "hardway/machine/" in message


def test_a_setting_that_is_open_is_found(tmp_path: Path) -> None:
    kubelet = File(files("general")[KUBELET].content.replace("mode: Webhook", "mode: AlwaysAllow"), 0o600)
    (message,) = messages(RULE, judged(bundle(tmp_path, changes={KUBELET: kubelet})))
    assert "CIS 4.2.2" in message


def test_objects_that_are_no_bundles_are_left_alone(tmp_path: Path) -> None:
    whole = bundle(tmp_path, changes={KUBELET: File("", 0o644)})
    assert messages(RULE, judged(whole))
    assert messages(RULE, judged({**whole, "key": "artifacts/kubelet"})) == []
    for key in ("key", "source"):
        assert messages(RULE, judged(without(whole, key))) == []
        assert messages(RULE, judged({**whole, key: UNKNOWN})) == []
    assert messages(RULE, judged(without(whole, "tags"))) == []
    assert messages(RULE, judged({**whole, "tags": UNKNOWN})) == []


def test_a_bundle_that_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        messages(RULE, judged({**bundle(tmp_path), "source": Asset(path=str(tmp_path / "gone.tar"))}))


def secret(changes: Mapping[str, File] = {}) -> Resource:
    keys = {path: file for path, file in files("control-plane-1", changes).items() if "/pki/" in path}
    encryption = {"/etc/kubernetes/encryption.yaml": files("control-plane-1")["/etc/kubernetes/encryption.yaml"]}
    return resource(SECRET_VERSION, {"secretString": pack_secrets({**keys, **encryption})}, name="control-plane-1")


def test_keys_that_root_alone_reads_are_no_finding() -> None:
    assert messages(RULE, secret()) == []


def test_a_key_that_others_can_read_is_found_and_not_told() -> None:
    (message,) = messages(RULE, secret({KEY: File("-----BEGIN PRIVATE KEY-----\nsecret", 0o640)}))
    assert f"CIS 1.1.21 (Keys: 600): {KEY} is 0640" in message
    assert "secret" not in message


@pytest.mark.parametrize("value", [UNKNOWN, None, "", '{"kind": "Config"}', "bm90IGFuIGFyY2hpdmU="])
def test_other_secrets_and_those_that_a_preview_does_not_know_are_left_alone(value: Any) -> None:
    assert messages(RULE, resource(SECRET_VERSION, {"secretString": value})) == []
