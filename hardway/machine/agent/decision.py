"""Decides about certificate requests of kubelets. Pure: what is known comes in, a verdict with its reason goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .request import CertificateRequest

CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
SERVING = "kubernetes.io/kubelet-serving"

_NODE = "system:node:"
_NODES = "system:nodes"
_POOL = "system:bootstrappers:hardway:"
_CLIENT_USAGES = {"digital signature", "key encipherment", "client auth"}
_SERVING_USAGES = {"digital signature", "key encipherment", "server auth"}
_TOKEN_USER = re.compile(r"system:bootstrap:[a-z0-9]{6}")


@dataclass(frozen=True)
class Machine:
    """A machine that the environment knows: a planned control plane, or a running instance of a pool."""

    pool: str | None
    """Name of its pool; None for a control plane."""
    names: frozenset[str]
    addresses: frozenset[str]
    launched: datetime | None = None
    """When EC2 started the instance; a reboot does not change it."""


@dataclass(frozen=True)
class Node:
    """What the cluster knows of a node that joined before."""

    ready: bool
    created: datetime


@dataclass(frozen=True)
class Asker:
    """Who made a request, as the API server authenticated them, and for what it is."""

    user: str
    groups: Set[str]
    signer: str
    usages: Set[str]


@dataclass(frozen=True)
class Verdict:
    """`wait` leaves the request as it is: it is not ours, or what it claims may become true."""

    answer: Literal["approve", "deny", "wait"]
    reason: str


def decide(asker: Asker, request: CertificateRequest, machines: Mapping[str, Machine], node: Node | None) -> Verdict:
    """The verdict about one request.

    `machines` maps node names to machines; `node` is the Node that a client request names, if there is one.
    """
    if asker.signer == CLIENT:
        return _client(asker, request, machines, node)
    if asker.signer == SERVING:
        return _serving(asker, request, machines)
    return Verdict("wait", f"signer {asker.signer} is not ours")


def _client(asker: Asker, request: CertificateRequest, machines: Mapping[str, Machine], node: Node | None) -> Verdict:
    if asker.user == request.common_name and asker.user.startswith(_NODE):
        return Verdict("wait", "a renewal: the controller manager decides about it")
    pools = {group.removeprefix(_POOL) for group in asker.groups if group.startswith(_POOL)}
    if not _TOKEN_USER.fullmatch(asker.user) or len(pools) != 1:
        return Verdict("deny", f"{asker.user} does not hold the join token of a pool")
    if fault := _fault(request, asker, _CLIENT_USAGES, "client auth"):
        return Verdict("deny", fault)
    if request.dns_names or request.addresses:
        return Verdict("deny", "a client certificate has no names of servers")
    (pool,) = pools
    name = request.common_name.removeprefix(_NODE)
    machine = machines.get(name)
    if machine is None:
        return Verdict("wait", f"no running instance is called {name}")
    if machine.pool != pool:
        return Verdict("deny", f"{name} is no machine of pool {pool}")
    if node and node.ready:
        return Verdict("deny", f"node {name} is Ready: somebody asks for its identity a second time")
    # Who joined keeps the certificate on disk. Only an instance that is newer than the node may take the name over.
    if node and (machine.launched is None or machine.launched <= node.created):
        return Verdict("deny", f"node {name} joined before: somebody asks for its identity a second time")
    return Verdict("approve", f"{name} is a running instance of pool {pool}")


def _serving(asker: Asker, request: CertificateRequest, machines: Mapping[str, Machine]) -> Verdict:
    if not asker.user.startswith(_NODE) or _NODES not in asker.groups:
        return Verdict("deny", f"{asker.user} is no node")
    if request.common_name != asker.user:
        return Verdict("deny", f"{asker.user} asks for the name {request.common_name}")
    if fault := _fault(request, asker, _SERVING_USAGES, "server auth"):
        return Verdict("deny", fault)
    name = asker.user.removeprefix(_NODE)
    machine = machines.get(name)
    if machine is None:
        return Verdict("wait", f"no running instance is called {name}")
    strange = [*(set(request.dns_names) - machine.names), *(set(request.addresses) - machine.addresses)]
    if strange:
        return Verdict("deny", f"{name} does not own {', '.join(sorted(strange))}")
    if not request.dns_names and not request.addresses:
        return Verdict("deny", "a serving certificate without a name")
    return Verdict("approve", f"all names and addresses belong to {name}")


def _fault(request: CertificateRequest, asker: Asker, allowed: Set[str], needed: str) -> str | None:
    if not request.common_name.startswith(_NODE) or request.organizations != (_NODES,):
        return "the subject is not that of a node"
    if request.other_names:
        return "it has names of kinds that no kubelet asks for"
    if not asker.usages <= allowed or needed not in asker.usages:
        return f"usages {', '.join(sorted(asker.usages))}"
    return None
