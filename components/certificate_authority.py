"""Certificate authority: one root of trust."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_tls as tls


@dataclass(frozen=True, kw_only=True)
class CertificateAuthorityArgs:
    """What an authority needs to know."""

    common_name: str
    """Who it says it is."""

    hours: int
    """How long it lives."""

    protect: bool
    """Whether Pulumi refuses to delete it: a new root means that nobody trusts anybody until all have it."""


class CertificateAuthority(pulumi.ComponentResource):
    """A self-signed root whose key is made once and is touched by no renewal of leaves."""

    key_pem: pulumi.Output[str]
    """Its private key; secret."""

    certificate_pem: pulumi.Output[str]
    """Its certificate, which those who trust it hold."""

    def __init__(self, name: str, args: CertificateAuthorityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:pki:CertificateAuthority", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        key = tls.PrivateKey(name, algorithm="ECDSA", ecdsa_curve="P384", opts=child)
        certificate = tls.SelfSignedCert(
            name,
            private_key_pem=key.private_key_pem,
            is_ca_certificate=True,
            set_subject_key_id=True,
            subject={"common_name": args.common_name, "organization": "hardway"},
            allowed_uses=["cert_signing", "crl_signing"],
            validity_period_hours=args.hours,
            opts=child,
        )
        self.key_pem = pulumi.Output.secret(key.private_key_pem)
        self.certificate_pem = certificate.cert_pem
        self.register_outputs({"certificate_pem": self.certificate_pem})
