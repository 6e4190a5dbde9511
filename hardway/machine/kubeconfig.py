"""Kubeconfig files: ones that point to certificate files on a machine, and ones that carry their PEM."""

from __future__ import annotations

import base64
import json
from typing import Final

LOCAL_API: Final = "https://127.0.0.1:6443"
"""The API server of a control plane's own machine: not tied to the load balancer that it stands behind."""


def render_kubeconfig(
    *, server: str, certificate_authority: str, client_certificate: str, client_key: str, user: str
) -> str:
    """A kubeconfig that names certificate files by their path, and so holds no secret."""
    return _render(
        "hardway",
        user,
        {"server": server, "certificate-authority": certificate_authority},
        {"client-certificate": client_certificate, "client-key": client_key},
    )


def render_portable_kubeconfig(
    *, cluster: str, server: str, authority_pem: str, certificate_pem: str, key_pem: str, user: str
) -> str:
    """A kubeconfig to be carried elsewhere, with its PEM texts inside. It is a secret."""
    return _render(
        cluster,
        user,
        {"server": server, "certificate-authority-data": _base64(authority_pem)},
        {"client-certificate-data": _base64(certificate_pem), "client-key-data": _base64(key_pem)},
    )


def _render(cluster: str, user: str, endpoint: dict[str, str], identity: dict[str, str]) -> str:
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster, "cluster": endpoint}],
        "users": [{"name": user, "user": identity}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": user}}],
        "current-context": cluster,
    }
    # JSON is YAML: every client reads it, and no text of ours needs escaping.
    return json.dumps(document, indent=2) + "\n"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
