"""Sections 4.2 and 4.3: kubelet and kube-proxy, on control planes as on workers."""

from __future__ import annotations

from functools import partial
from typing import Final

from policy.cis.check import EVERY_NODE, Check, Verdict, absent, at_least, equals, excludes, given, within
from policy.cis.control_plane import STRONG_CIPHERS
from policy.cis.machine import Machine, Settings


def _kubelet(machine: Machine) -> Settings:
    return machine.kubelet


def _kube_proxy(machine: Machine) -> Settings:
    return machine.kube_proxy


def _serving_certificate(machine: Machine) -> Verdict:
    """Its own file, or one that the cluster's authority signs and renews."""
    kubelet = machine.kubelet
    files = [kubelet.values.get(flag) for flag in ("tls-cert-file", "tls-private-key-file")]
    signed = kubelet.values.get("rotate-server-certificates") == "true"
    shown = ", ".join(map(str, files)) if all(files) else f"rotate-server-certificates={str(signed).lower()}"
    return Verdict(all(files) or signed, f"{shown} in {kubelet.file}")


def _streams_end(machine: Machine) -> Verdict:
    value = machine.kubelet.values.get("streaming-connection-idle-timeout", "4h0m0s")
    return Verdict(value not in ("0", "0s"), f"streaming-connection-idle-timeout={value} in {machine.kubelet.file}")


def _metrics_stay(machine: Machine) -> Verdict:
    value = machine.kube_proxy.values.get("metrics-bind-address", "127.0.0.1:10249")
    return Verdict(value.startswith("127.0.0.1"), f"metrics-bind-address={value} in {machine.kube_proxy.file}")


_check = partial(Check, roles=EVERY_NODE)

CHECKS: Final = (
    _check(id="4.2.1", what="Kubelet refuses anonymous requests", decide=equals(_kubelet, "anonymous-auth", "false")),
    _check(
        id="4.2.2", what="Kubelet asks the API who may what", decide=equals(_kubelet, "authorization-mode", "Webhook")
    ),
    _check(id="4.2.3", what="Kubelet checks clients' certificates", decide=given(_kubelet, "client-ca-file")),
    _check(id="4.2.4", what="Kubelet has no open port", decide=equals(_kubelet, "read-only-port", "0"), scored=False),
    _check(id="4.2.5", what="Idle streams end", decide=_streams_end, scored=False),
    _check(
        id="4.2.6",
        what="Kubelet keeps its chains in iptables",
        decide=excludes(_kubelet, "make-iptables-util-chains", "false"),
    ),
    _check(
        id="4.2.7", what="Kubelet goes by the host's name", decide=absent(_kubelet, "hostname-override"), scored=False
    ),
    _check(id="4.2.8", what="Events are recorded", decide=at_least(_kubelet, "event-qps", 1), scored=False),
    _check(id="4.2.9", what="Kubelet serves TLS", decide=_serving_certificate, scored=False),
    _check(
        id="4.2.10",
        what="Kubelet renews its client certificate",
        decide=equals(_kubelet, "rotate-certificates", "true"),
    ),
    _check(
        id="4.2.11",
        what="Kubelet renews its serving certificate",
        decide=excludes(_kubelet, "feature-gates", "RotateKubeletServerCertificate=false"),
        scored=False,
    ),
    _check(
        id="4.2.12",
        what="Only strong ciphers",
        decide=within(_kubelet, "tls-cipher-suites", STRONG_CIPHERS),
        scored=False,
    ),
    _check(id="4.2.13", what="Pods have few processes", decide=at_least(_kubelet, "pod-max-pids", 1), scored=False),
    _check(
        id="4.2.14",
        what="Pods have a seccomp profile",
        decide=equals(_kubelet, "seccomp-default", "true"),
        scored=False,
    ),
    _check(id="4.3.1", what="kube-proxy's metrics stay on the machine", decide=_metrics_stay),
)
