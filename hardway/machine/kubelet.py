"""Kubelet's configuration and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from hardway.config.environment import Environment
from hardway.config.machines import Taint
from hardway.machine.file import File
from hardway.machine.instance_type import Capacity

TLS_CIPHER_SUITES = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)
"""For TLS 1.2; the suites of TLS 1.3 are all strong and cannot be chosen."""

GRACE_SECONDS = 30
GRACE_CRITICAL_SECONDS = 10
"""Of the grace period at shutdown, what is kept for critical pods."""


def kubelet_config(
    environment: Environment,
    *,
    capacity: Capacity,
    control_plane: bool,
    max_pods: int,
    taints: Sequence[Taint],
) -> File:
    """`/etc/kubernetes/kubelet.yaml`. A host's own quirks go to drop-ins in `/etc/kubernetes/kubelet.conf.d`."""
    document = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": "0.0.0.0",
        "port": 10250,
        "readOnlyPort": 0,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": 10248,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": "/etc/kubernetes/pki/kubernetes-ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "rotateCertificates": True,
        "serverTLSBootstrap": True,
        "tlsMinVersion": "VersionTLS12",
        "tlsCipherSuites": list(TLS_CIPHER_SUITES),
        "cgroupDriver": "systemd",
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "clusterDomain": environment.cluster_domain,
        "clusterDNS": [str(environment.cluster_dns_address)],
        "resolvConf": "/run/hardway/resolv.conf",
        "maxPods": max_pods,
        "podPidsLimit": 4096,
        "protectKernelDefaults": True,
        "seccompDefault": True,
        "serializeImagePulls": False,
        "maxParallelImagePulls": 4,
        "containerLogMaxSize": "10Mi",
        "containerLogMaxFiles": 5,
        "eventRecordQPS": 5,
        "streamingConnectionIdleTimeout": "5m0s",
        "nodeStatusUpdateFrequency": "10s",
        "nodeStatusReportFrequency": "5m0s",
        "shutdownGracePeriod": f"{GRACE_SECONDS}s",
        "shutdownGracePeriodCriticalPods": f"{GRACE_CRITICAL_SECONDS}s",
        "enforceNodeAllocatable": ["pods"],
        "kubeReserved": capacity.kube_reserved,
        "systemReserved": capacity.system_reserved(control_plane=control_plane),
        "evictionHard": capacity.eviction_hard,
        "registerNode": True,
        "registerWithTaints": [_taint(taint) for taint in taints],
    }
    return File(yaml.safe_dump(document, sort_keys=False))


def node_labels(labels: Mapping[str, str]) -> str:
    """The value of `--node-labels`; the zone is known only when the machine boots."""
    fixed = [f"{key}={value}" for key, value in sorted(labels.items())]
    return ",".join([*fixed, "topology.kubernetes.io/zone=${HW_ZONE}"])


def _taint(taint: Taint) -> dict[str, str]:
    return {"key": taint.key, "value": taint.value, "effect": taint.effect}
