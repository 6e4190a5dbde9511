"""Requests for certificates: what the authority is to read in them."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from sandbox.plugins.tls.keys import PrivateKey
from sandbox.plugins.tls.requests import CertRequest
from sandbox.plugins.wire import Properties

KEY = PrivateKey().create({"algorithm": "ECDSA", "ecdsaCurve": "P256"})[1]


def request(**inputs: object) -> tuple[Properties, x509.CertificateSigningRequest]:
    outputs = CertRequest().create({"privateKeyPem": KEY["privateKeyPem"], **inputs})[1]
    return outputs, x509.load_pem_x509_csr(outputs["certRequestPem"].encode())


def test_it_is_signed_with_the_key_that_it_is_for() -> None:
    outputs, made = request(subject={"commonName": "a"})
    assert made.is_signature_valid
    assert outputs["keyAlgorithm"] == "ECDSA"
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert made.public_key().public_bytes(*form).decode() == KEY["publicKeyPem"]


def test_names_keep_their_kinds() -> None:
    _, made = request(dnsNames=["a.example"], ipAddresses=["10.0.0.1"], uris=["spiffe://a/b"])
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1"]
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://a/b"]


def test_without_names_there_is_no_extension_for_them() -> None:
    assert list(request(subject={"commonName": "a"})[1].extensions) == []


def test_a_subject_has_its_organization_and_every_street() -> None:
    _, made = request(subject={"organization": "system:nodes", "streetAddresses": ["one", "two"]})
    found = [(part.oid, part.value) for part in made.subject]
    street = NameOID.STREET_ADDRESS
    assert found == [(NameOID.ORGANIZATION_NAME, "system:nodes"), (street, "one"), (street, "two")]
