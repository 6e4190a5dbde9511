"""The versions section."""

from __future__ import annotations

from hardway.config.base import Section, Version


class Versions(Section):
    """What runs on the machines. Combinations outside hardway.config.compatibility are refused."""

    kubernetes: Version
    etcd: Version
    containerd: Version
    runc: Version
    cni_plugins: Version
    flannel: Version
    coredns: Version
