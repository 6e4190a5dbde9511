"""Leaf certificates: three resources each and no component of their own, as there are many and state stays small."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_tls as tls

from components.certificate_authority import CertificateAuthority
from hardway.pki_plan import Leaf


@dataclass(frozen=True, kw_only=True)
class IssuedLeaf:
    """A key and the certificate that an authority signed for it."""

    key_pem: pulumi.Output[str]
    """The private key; secret."""

    certificate_pem: pulumi.Output[str]
    """The certificate."""


def issue_leaf(
    name: str, leaf: Leaf, authority: CertificateAuthority, epoch: int, parent: pulumi.Resource
) -> IssuedLeaf:
    """Make a key, a request and a certificate; raising the epoch replaces all three and nothing else.

    The provider renews nothing by itself, so renewal is a change that a reviewer sees. The trigger is on
    the key alone: request and certificate follow from it, and the new ones exist before the old ones go.
    """
    key = tls.PrivateKey(
        name,
        algorithm="ECDSA",
        ecdsa_curve="P256",
        opts=pulumi.ResourceOptions(parent=parent, replacement_trigger=epoch),
    )
    child = pulumi.ResourceOptions(parent=parent)
    request = tls.CertRequest(
        name,
        private_key_pem=key.private_key_pem,
        subject={"common_name": leaf.common_name, "organization": leaf.organization},
        dns_names=list(leaf.dns_names) or None,
        ip_addresses=list(leaf.ip_addresses) or None,
        opts=child,
    )
    certificate = tls.LocallySignedCert(
        name,
        cert_request_pem=request.cert_request_pem,
        ca_private_key_pem=authority.key_pem,
        ca_cert_pem=authority.certificate_pem,
        allowed_uses=["digital_signature", *leaf.uses],
        validity_period_hours=leaf.hours,
        is_ca_certificate=False,
        opts=child,
    )
    return IssuedLeaf(key_pem=pulumi.Output.secret(key.private_key_pem), certificate_pem=certificate.cert_pem)
