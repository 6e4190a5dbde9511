"""The overlay network: flannel's VXLAN between machines, and kube-proxy's nftables for Services."""

from __future__ import annotations

import json
from typing import Final

import yaml

from hardway.config.environment import Environment
from hardway.machine.file import File

VXLAN_PORT: Final = 8472


def flannel_config(environment: Environment) -> File:
    """`/etc/flannel/net-conf.json`.

    The MTU is said, never guessed from an interface that may still change. It is that of the machines'
    network: flannel takes off the 50 bytes of its wrapping, and tells pods the rest.
    """
    document = {
        "Network": str(environment.network.pod_cidr),
        "EnableIPv4": True,
        "EnableIPv6": False,
        "EnableNFTables": True,
        "Backend": {"Type": "vxlan", "VNI": 1, "Port": VXLAN_PORT, "MTU": environment.network.mtu},
    }
    return File(json.dumps(document, indent=2) + "\n")


def kube_proxy_config(environment: Environment) -> File:
    """`/etc/kubernetes/kube-proxy.yaml`."""
    document = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": str(environment.network.pod_cidr),
        "clientConnection": {"kubeconfig": "/etc/kubernetes/kube-proxy.kubeconfig"},
        "metricsBindAddress": "127.0.0.1:10249",
        "healthzBindAddress": "127.0.0.1:10256",
        "nodePortAddresses": ["primary"],
        "nftables": {"minSyncPeriod": "500ms", "syncPeriod": "30s"},
        # Zero leaves the kernel's values alone: they are sysctls of ours, set before.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
    }
    return File(yaml.safe_dump(document, sort_keys=False))
