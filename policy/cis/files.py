"""Sections 1.1 and 4.1: modes and owners. Where the benchmark means a pod's manifest, the program's unit stands."""

from __future__ import annotations

from functools import partial
from typing import Final

from policy.cis.check import EVERY_NODE, Check, Part, Verdict, file_modes, no_file, owned_by_root
from policy.cis.machine import UNITS, Machine

_PKI: Final = "/etc/kubernetes/pki/*"
_CERTIFICATES: Final = ("/etc/kubernetes/pki/*.crt", "/etc/kubernetes/pki/*.pub")
_KEYS: Final = "/etc/kubernetes/pki/*.key"
_ENCRYPTION: Final = "/etc/kubernetes/encryption.yaml"
_PROVIDERS: Final = frozenset({"aescbc", "kms", "secretbox"})
_ADMINISTRATOR: Final = ("/etc/kubernetes/*admin*", "/root/.kube/*")


def _unit(name: str) -> str:
    return f"{UNITS}/{name}.service"


def _kubeconfig(name: str) -> str:
    return f"/etc/kubernetes/{name}.kubeconfig"


def _data_mode(machine: Machine) -> Verdict:
    mode = machine.directive("etcd", "StateDirectoryMode") or "0755"
    return Verdict(not int(mode, 8) & ~0o700 and _data(machine) is not None, f"{_data(machine)}: {mode}")


def _data_owner(machine: Machine) -> Verdict:
    user = machine.directive("etcd", "User")
    group = machine.directive("etcd", "Group") or user
    return Verdict(
        (user, group) == ("etcd", "etcd") and _data(machine) is not None, f"{_data(machine)}: {user}:{group}"
    )


def _data(machine: Machine) -> str | None:
    """The data directory, if systemd makes it and sets its mode and owner at every start."""
    path = machine.etcd.values.get("data-dir")
    return path if path == f"/var/lib/{machine.directive('etcd', 'StateDirectory')}" else None


def _provider(machine: Machine) -> Verdict:
    resources = machine.document(_ENCRYPTION).get("resources") or [{}]
    first = [next(iter(one), "none") for rule in resources for one in (rule.get("providers") or [{}])[:1]]
    return Verdict(set(first) <= _PROVIDERS and bool(first), f"{', '.join(first)} encrypts first in {_ENCRYPTION}")


_node = partial(Check, roles=EVERY_NODE)
_secret = partial(Check, part=Part.SECRET)

CHECKS: Final = (
    Check(id="1.1.1", what="The API server's unit: 600", decide=file_modes(0o600, _unit("kube-apiserver"))),
    Check(id="1.1.2", what="The API server's unit: root's", decide=owned_by_root(_unit("kube-apiserver"))),
    Check(id="1.1.3", what="The controllers' unit: 600", decide=file_modes(0o600, _unit("kube-controller-manager"))),
    Check(id="1.1.4", what="The controllers' unit: root's", decide=owned_by_root(_unit("kube-controller-manager"))),
    Check(id="1.1.5", what="The scheduler's unit: 600", decide=file_modes(0o600, _unit("kube-scheduler"))),
    Check(id="1.1.6", what="The scheduler's unit: root's", decide=owned_by_root(_unit("kube-scheduler"))),
    Check(id="1.1.7", what="etcd's unit: 600", decide=file_modes(0o600, _unit("etcd"), "/etc/etcd/etcd.env")),
    Check(id="1.1.8", what="etcd's unit: root's", decide=owned_by_root(_unit("etcd"), "/etc/etcd/etcd.env")),
    Check(id="1.1.11", what="etcd's data: 700", decide=_data_mode),
    Check(id="1.1.12", what="etcd's data: etcd's", decide=_data_owner),
    Check(id="1.1.13", what="An administrator's credential: 600", decide=no_file(*_ADMINISTRATOR)),
    Check(id="1.1.14", what="An administrator's credential: root's", decide=no_file(*_ADMINISTRATOR)),
    Check(id="1.1.15", what="The scheduler's kubeconfig: 600", decide=file_modes(0o600, _kubeconfig("kube-scheduler"))),
    Check(id="1.1.16", what="The scheduler's kubeconfig: root's", decide=owned_by_root(_kubeconfig("kube-scheduler"))),
    Check(
        id="1.1.17",
        what="The controllers' kubeconfig: 600",
        decide=file_modes(0o600, _kubeconfig("kube-controller-manager")),
    ),
    Check(
        id="1.1.18",
        what="The controllers' kubeconfig: root's",
        decide=owned_by_root(_kubeconfig("kube-controller-manager")),
    ),
    _secret(id="1.1.19", what="Certificates and keys: root's", decide=owned_by_root(_PKI)),
    _secret(id="1.1.20", what="Certificates: 644", decide=file_modes(0o644, *_CERTIFICATES), scored=False),
    _secret(id="1.1.21", what="Keys: 600", decide=file_modes(0o600, _KEYS), scored=False),
    _secret(id="1.2.28", what="Encryption that is one", decide=_provider, scored=False),
    _node(id="4.1.1", what="Kubelet's unit: 600", decide=file_modes(0o600, _unit("kubelet"))),
    _node(id="4.1.2", what="Kubelet's unit: root's", decide=owned_by_root(_unit("kubelet"))),
    _node(
        id="4.1.3",
        what="kube-proxy's kubeconfig: 600",
        decide=file_modes(0o600, _kubeconfig("kube-proxy")),
        scored=False,
    ),
    _node(
        id="4.1.4",
        what="kube-proxy's kubeconfig: root's",
        decide=owned_by_root(_kubeconfig("kube-proxy")),
        scored=False,
    ),
    _node(id="4.1.5", what="Kubelet's kubeconfig: 600", decide=file_modes(0o600, _kubeconfig("kubelet"))),
    _node(id="4.1.6", what="Kubelet's kubeconfig: root's", decide=owned_by_root(_kubeconfig("kubelet"))),
    _secret(
        id="4.1.7",
        what="The authority of clients: 644",
        decide=file_modes(0o644, "/etc/kubernetes/pki/kubernetes-ca.crt"),
        roles=EVERY_NODE,
        scored=False,
    ),
    _secret(
        id="4.1.8",
        what="The authority of clients: root's",
        decide=owned_by_root("/etc/kubernetes/pki/kubernetes-ca.crt"),
        roles=EVERY_NODE,
        scored=False,
    ),
    _node(id="4.1.9", what="Kubelet's configuration: 600", decide=file_modes(0o600, "/etc/kubernetes/kubelet.yaml")),
    _node(id="4.1.10", what="Kubelet's configuration: root's", decide=owned_by_root("/etc/kubernetes/kubelet.yaml")),
)
