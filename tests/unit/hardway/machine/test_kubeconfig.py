"""Kubeconfigs on machines hold paths; portable ones hold PEM texts."""

from __future__ import annotations

import base64

import yaml

from hardway.machine.kubeconfig import render_kubeconfig, render_portable_kubeconfig


def test_a_machine_s_kubeconfig_names_files() -> None:
    text = render_kubeconfig(
        server="https://127.0.0.1:6443",
        certificate_authority="/pki/ca.crt",
        client_certificate="/pki/a.crt",
        client_key="/pki/a.key",
        user="system:a",
    )
    config = yaml.safe_load(text)
    assert config["clusters"][0]["cluster"] == {
        "server": "https://127.0.0.1:6443",
        "certificate-authority": "/pki/ca.crt",
    }
    assert config["users"] == [
        {"name": "system:a", "user": {"client-certificate": "/pki/a.crt", "client-key": "/pki/a.key"}}
    ]
    assert config["current-context"] == config["contexts"][0]["name"]


def test_a_portable_kubeconfig_stands_alone() -> None:
    text = render_portable_kubeconfig(
        cluster="hardway-dev",
        server="https://api.dev.example.net:6443",
        authority_pem="CA",
        certificate_pem="CERT",
        key_pem="KEY",
        user="hardway:operator",
    )
    config = yaml.safe_load(text)
    assert base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]) == b"CA"
    assert base64.b64decode(config["users"][0]["user"]["client-key-data"]) == b"KEY"
    assert config["current-context"] == "hardway-dev"
