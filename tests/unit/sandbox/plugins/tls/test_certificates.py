"""Certificates as the official provider makes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.plugins.resource import ProviderError
from sandbox.plugins.tls.certificates import LocallySignedCert, SelfSignedCert
from sandbox.plugins.tls.keys import PrivateKey
from sandbox.plugins.tls.requests import CertRequest
from sandbox.plugins.wire import Properties

P256 = {"algorithm": "ECDSA", "ecdsaCurve": "P256", "rsaBits": 2048}


def key(**inputs: object) -> Properties:
    return PrivateKey().create({**P256, **inputs})[1]


def authority(private_key: str) -> Properties:
    inputs = {
        **SelfSignedCert.defaults,
        "privateKeyPem": private_key,
        "isCaCertificate": True,
        "allowedUses": ["cert_signing", "crl_signing"],
        "validityPeriodHours": 240,
        "subject": {"commonName": "authority", "organization": "us"},
    }
    return SelfSignedCert().create(inputs)[1]


def test_a_leaf_has_what_was_asked_for_and_nothing_more() -> None:
    root_key, leaf_key = key(), key(algorithm="RSA")
    root = authority(root_key["privateKeyPem"])
    request = CertRequest().create(
        {
            "privateKeyPem": leaf_key["privateKeyPem"],
            "subject": {"commonName": "system:node:a", "organization": "system:nodes"},
            "dnsNames": ["a.example"],
            "ipAddresses": ["10.0.0.1"],
        }
    )[1]
    _, made = LocallySignedCert().create(
        {
            **LocallySignedCert.defaults,
            "certRequestPem": request["certRequestPem"],
            "caPrivateKeyPem": root_key["privateKeyPem"],
            "caCertPem": root["certPem"],
            "allowedUses": ["digital_signature", "server_auth"],
            "validityPeriodHours": 48,
        }
    )
    leaf, ca = (x509.load_pem_x509_certificate(text["certPem"].encode()) for text in (made, root))
    leaf.verify_directly_issued_by(ca)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1"]
    assert list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca) == (True, False)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert [item.value for item in leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] == ["system:nodes"]
    issuer_id = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == issuer_id
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(hours=48)


def test_another_authoritys_key_is_refused() -> None:
    root = authority(key()["privateKeyPem"])
    with pytest.raises(ProviderError, match="do not belong together"):
        LocallySignedCert().create({"caPrivateKeyPem": key()["privateKeyPem"], "caCertPem": root["certPem"]})


def test_an_unknown_use_is_named() -> None:
    inputs = {**SelfSignedCert.defaults, "allowedUses": ["signing"], "validityPeriodHours": 1}
    with pytest.raises(ProviderError, match="unknown use signing"):
        SelfSignedCert().create({**inputs, "privateKeyPem": key()["privateKeyPem"]})


def test_early_renewal_alone_never_replaces_a_certificate() -> None:
    assert SelfSignedCert().changed({"earlyRenewalHours": 0}, {"earlyRenewalHours": 9}) == set()
