"""Certificate requests are read exactly, and whatever is odd about them is seen."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hardway.machine.agent.request import CertificateRequest, Malformed, parse_pem


def pem(names: list[x509.NameAttribute[str]], alternatives: list[x509.GeneralName]) -> str:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    request = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


NODE = [
    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:nodes"),
    x509.NameAttribute(NameOID.COMMON_NAME, "system:node:ip-10-40-1-37"),
]


def test_a_client_request() -> None:
    assert parse_pem(pem(NODE, [])) == CertificateRequest("system:node:ip-10-40-1-37", ("system:nodes",))


def test_a_serving_request_with_names_and_addresses() -> None:
    request = parse_pem(
        pem(
            NODE,
            [
                x509.DNSName("ip-10-40-1-37"),
                x509.IPAddress(IPv4Address("10.40.1.37")),
                x509.IPAddress(IPv6Address("fd00::1")),
            ],
        )
    )
    assert request.dns_names == ("ip-10-40-1-37",)
    assert request.addresses == ("10.40.1.37", "fd00::1")
    assert request.other_names == 0


def test_a_name_with_commas_stays_one_name() -> None:
    assert parse_pem(pem(NODE, [x509.DNSName("a, DNS:b")])).dns_names == ("a, DNS:b",)


@pytest.mark.parametrize("name", [x509.RFC822Name("a@example.net"), x509.UniformResourceIdentifier("spiffe://a")])
def test_other_kinds_of_names_are_counted(name: x509.GeneralName) -> None:
    assert parse_pem(pem(NODE, [name])).other_names == 1


def test_further_subject_fields_are_counted() -> None:
    request = parse_pem(pem([*NODE, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "x")], []))
    assert request.other_names == 1


def test_two_organizations_are_both_seen() -> None:
    request = parse_pem(pem([*NODE, x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:masters")], []))
    assert request.organizations == ("system:nodes", "system:masters")


def test_two_common_names_are_refused() -> None:
    with pytest.raises(Malformed, match="2 common names"):
        parse_pem(pem([*NODE, x509.NameAttribute(NameOID.COMMON_NAME, "b")], []))


EMPTY = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"


@pytest.mark.parametrize("text", ["", "no request", EMPTY])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_pem(text)


def test_a_truncated_request_is_refused() -> None:
    lines = pem(NODE, []).splitlines()
    with pytest.raises(Malformed):
        parse_pem("\n".join([*lines[:2], lines[-1]]))
