"""Which rendered files nobody but root reads, as the CIS Kubernetes Benchmark 1.12 asks in sections 1.1 and 4.1.

They hold no secret. Who runs as another user gets its file from systemd (`LoadCredential=`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from hardway.machine.file import File

PATTERNS: Final = (
    "/etc/etcd/etcd.env",
    "/etc/kubernetes/*.kubeconfig",
    "/etc/kubernetes/kube-proxy.yaml",
    "/etc/kubernetes/kubelet.yaml",
    "/etc/systemd/system/etcd.service",
    "/etc/systemd/system/kube*.service",
)
"""The benchmark's files; where it means the manifest of a pod, it is the unit here."""


def with_private_modes(files: Mapping[str, File]) -> dict[str, File]:
    """The same files, those that fit a pattern with mode 0600."""
    return {
        path: replace(file, mode=0o600) if any(fnmatchcase(path, one) for one in PATTERNS) else file
        for path, file in files.items()
    }
