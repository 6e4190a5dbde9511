"""The PKI: separate roots, one owner per leaf, and renewal that touches what it is meant to touch."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pulumi
import pytest

from components.pki import Pki, PkiArgs
from tests.unit.components.conftest import Change, load, unchanged
from tests.unit.components.harness import Recording, run


@cache
def declare(change: Change = unchanged, *, key: str | None = None, preview: bool = False) -> Recording:
    def program() -> dict[str, pulumi.Output[Any]]:
        handle = Pki("pki", PkiArgs(environment=load(change), encryption_key=key)).handle
        return {
            "files": handle.control_plane_files["control-plane-1"],
            "pool": handle.pool_files["general"],
            "kubeconfig": handle.operator_kubeconfig,
            "break_glass": handle.break_glass_kubeconfig,
            "encryption_key": handle.encryption_key,
        }

    return run(program, preview=preview)


@pytest.fixture(scope="module")
def pki() -> Recording:
    """The sandbox's PKI; shared, as nothing changes it."""
    return declare()


def test_four_roots_sign_nothing_but_certificates(pki: Recording) -> None:
    roots = {one.name: one.inputs for one in pki.of("SelfSignedCert")}
    assert set(roots) == {f"pki-{name}-ca" for name in ("kubernetes", "etcd", "etcd-peer", "front-proxy")}
    for inputs in roots.values():
        assert inputs["isCaCertificate"] is True
        assert inputs["validityPeriodHours"] == 87_600
        assert set(inputs["allowedUses"]) == {"cert_signing", "crl_signing"}


def test_roots_and_the_keys_of_data_are_protected(pki: Recording) -> None:
    protected = {one.name for one in pki if one.protect}
    roots = {f"pki-{name}-ca" for name in ("kubernetes", "etcd", "etcd-peer", "front-proxy")}
    assert protected == {*roots, "pki-service-account", "pki-encryption-key"}


def test_no_leaf_signs_and_each_has_its_own_key(pki: Recording) -> None:
    for leaf in pki.of("LocallySignedCert"):
        assert leaf.inputs["isCaCertificate"] is False
        assert not {"cert_signing", "crl_signing", "any_extended"} & set(leaf.inputs["allowedUses"])
        assert leaf.inputs["validityPeriodHours"] <= 8_784
        request = pki.one("CertRequest", leaf.name)
        assert pki.one("PrivateKey", leaf.name)
        assert leaf.name in str(request.inputs["privateKeyPem"])


def test_service_account_keys_are_rsa(pki: Recording) -> None:
    assert pki.one("PrivateKey", "pki-service-account").inputs["algorithm"] == "RSA"


def test_a_member_gets_exactly_its_files(pki: Recording) -> None:
    kubernetes = [
        "front-proxy-client",
        "kube-apiserver",
        "kube-apiserver-etcd-client",
        "kube-apiserver-kubelet-client",
        "kube-controller-manager",
        "kube-proxy",
        "kube-scheduler",
        "kubelet",
        "flannel",
        "node-agent",
    ]
    pairs = [f"/etc/kubernetes/pki/{name}" for name in kubernetes]
    pairs += [f"/etc/etcd/pki/{name}" for name in ("server", "peer", "client")]
    expected = {f"{pair}.{suffix}" for pair in pairs for suffix in ("crt", "key")}
    expected |= {f"/etc/kubernetes/pki/{name}-ca.crt" for name in ("kubernetes", "etcd", "front-proxy")}
    expected |= {f"/etc/etcd/pki/{name}.crt" for name in ("ca", "peer-ca")}
    expected |= {f"/etc/kubernetes/pki/{name}" for name in ("kubernetes-ca.key", "service-account.key")}
    expected |= {"/etc/kubernetes/pki/service-account.pub"}
    assert set(pki.outputs["files"]) == expected
    assert pki.outputs["files"]["/etc/etcd/pki/peer.crt"] == "pki-control-plane-1-etcd-peer-certPem"


def test_a_worker_gets_no_signing_key(pki: Recording) -> None:
    base = "/etc/kubernetes/pki"
    pairs = {f"{base}/{name}.{suffix}" for name in ("kube-proxy", "flannel") for suffix in ("crt", "key")}
    assert set(pki.outputs["pool"]) == pairs | {f"{base}/kubernetes-ca.crt"}


def test_everything_handed_on_is_secret(pki: Recording) -> None:
    assert pki.secret_outputs == {"files", "pool", "kubeconfig", "break_glass", "encryption_key"}


def test_kubeconfigs_know_the_api_by_its_own_name(pki: Recording) -> None:
    for output in ("kubeconfig", "break_glass"):
        assert "https://api.sandbox.hardway.internal:6443" in pki.outputs[output]
        assert "amazonaws" not in pki.outputs[output]


def set_epoch(group: str) -> Change:
    def change(values: dict[str, Any]) -> None:
        values["hardway:pki"] = {"epochs": {group: 2}}

    return change


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("etcd", lambda name: "etcd" in name),
        ("node", lambda name: name.endswith(("-kubelet", "-kube-proxy", "-flannel"))),
        ("operator", lambda name: name == "pki-operator"),
        ("break_glass", lambda name: name == "pki-break-glass"),
    ],
)
def test_an_epoch_replaces_the_keys_of_its_group_and_no_root(
    pki: Recording, group: str, expected: Callable[[str], bool]
) -> None:
    renewed = declare(set_epoch(group))
    before = {one.name: one.replacement_trigger for one in pki.of("PrivateKey")}
    after = {one.name: one.replacement_trigger for one in renewed.of("PrivateKey")}
    roots = {one.name for one in pki.of("SelfSignedCert")}
    changed = {name for name in after if before[name] != after[name]}
    assert changed == {name for name in before if expected(name) and name not in roots}
    assert changed
    assert renewed.keys == pki.keys


def test_no_root_has_a_trigger(pki: Recording) -> None:
    for name in ["pki-service-account", *(one.name for one in pki.of("SelfSignedCert"))]:
        assert not pki.one("PrivateKey", name).replacement_trigger


def test_a_given_encryption_key_is_used_and_none_is_made() -> None:
    restored = declare(key="S0VZ")
    assert restored.of("RandomBytes") == []
    assert restored.outputs["encryption_key"] == "S0VZ"


def test_removing_a_pool_touches_no_other(pki: Recording) -> None:
    def three(values: dict[str, Any]) -> None:
        values["hardway:pools"] |= {name: values["hardway:pools"]["general"] for name in ("middle", "last")}

    def two(values: dict[str, Any]) -> None:
        three(values)
        del values["hardway:pools"]["middle"]

    gone = declare(three).keys - declare(two).keys
    assert gone
    assert all("-middle-" in name for _, name in gone)


def test_a_preview_declares_the_same_resources(pki: Recording) -> None:
    assert declare(preview=True).keys == pki.keys
