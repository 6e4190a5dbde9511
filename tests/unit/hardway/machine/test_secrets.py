"""Secret files have the modes that keep them secret."""

from __future__ import annotations

import yaml

from hardway.machine.secrets import ENCRYPTION_CONFIG, control_plane_secret_files, worker_secret_files

PEM = {
    "/etc/kubernetes/pki/kube-proxy.crt": "-----BEGIN CERTIFICATE-----\n",
    "/etc/kubernetes/pki/kube-proxy.key": "-----BEGIN EC PRIVATE KEY-----\n",
    "/etc/kubernetes/pki/service-account.pub": "-----BEGIN PUBLIC KEY-----\n",
}


def test_private_keys_are_for_root_only() -> None:
    modes = {path: file.mode for path, file in worker_secret_files(PEM).items()}
    assert modes == {
        "/etc/kubernetes/pki/kube-proxy.crt": 0o644,
        "/etc/kubernetes/pki/kube-proxy.key": 0o600,
        "/etc/kubernetes/pki/service-account.pub": 0o644,
    }


def test_a_control_plane_encrypts_secrets_with_secretbox_first() -> None:
    files = control_plane_secret_files(PEM, "a2V5")
    file = files[ENCRYPTION_CONFIG]
    assert file.mode == 0o600
    (rule,) = yaml.safe_load(file.content)["resources"]
    assert rule["resources"] == ["secrets"]
    assert [next(iter(provider)) for provider in rule["providers"]] == ["secretbox", "identity"]
    assert rule["providers"][0]["secretbox"]["keys"] == [{"name": "key1", "secret": "a2V5"}]


def test_a_worker_does_not_get_the_encryption_key() -> None:
    assert ENCRYPTION_CONFIG not in worker_secret_files(PEM)
