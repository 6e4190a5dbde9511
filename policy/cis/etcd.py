"""Section 2: etcd."""

from __future__ import annotations

from typing import Final

from policy.cis.check import Check, Verdict, equals, given, unset_or
from policy.cis.machine import Machine, Settings


def _etcd(machine: Machine) -> Settings:
    return machine.etcd


def _own_authority(machine: Machine) -> Verdict:
    """Whoever has a certificate for the API has none for etcd."""
    etcd, api = machine.etcd, machine.api_server
    trusted = etcd.credentials.get(etcd.values.get("trusted-ca-file", ""))
    clients = api.credentials.get(api.values.get("client-ca-file", ""))
    return Verdict(None not in (trusted, clients) and trusted != clients, f"etcd trusts {trusted}, the API {clients}")


CHECKS: Final = (
    Check(id="2.1", what="etcd serves TLS", decide=given(_etcd, "cert-file", "key-file")),
    Check(id="2.2", what="etcd asks clients for certificates", decide=equals(_etcd, "client-cert-auth", "true")),
    Check(id="2.3", what="etcd makes no certificates of its own", decide=unset_or(_etcd, "auto-tls", "false")),
    Check(id="2.4", what="Members speak TLS", decide=given(_etcd, "peer-cert-file", "peer-key-file")),
    Check(
        id="2.5",
        what="Members ask each other for certificates",
        decide=equals(_etcd, "peer-client-cert-auth", "true"),
    ),
    Check(
        id="2.6",
        what="Members make no certificates of their own",
        decide=unset_or(_etcd, "peer-auto-tls", "false"),
    ),
    Check(id="2.7", what="etcd has an authority of its own", decide=_own_authority, scored=False),
)
