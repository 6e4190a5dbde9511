"""Reads a PKCS #10 certificate request (RFC 2986): who it names, and nothing else of it.

Read byte by byte rather than from a program's text output: a name may contain any character, and text
that is split at commas can be made to say what the request does not.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from ipaddress import ip_address

_COMMON_NAME = bytes.fromhex("550403")
_ORGANIZATION = bytes.fromhex("55040a")
_EXTENSION_REQUEST = bytes.fromhex("2a864886f70d01090e")
_SUBJECT_ALT_NAME = bytes.fromhex("551d11")

_SEQUENCE, _SET, _OID, _ATTRIBUTES = 0x30, 0x31, 0x06, 0xA0
_DNS, _ADDRESS = 0x82, 0x87


class Malformed(ValueError):
    """The bytes are no certificate request that we understand."""


@dataclass(frozen=True)
class CertificateRequest:
    """The names that a request asks a certificate for."""

    common_name: str
    organizations: tuple[str, ...]
    dns_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    other_names: int = 0
    """How many names of other kinds it has: mail addresses, URIs, further subject attributes."""


def parse_pem(pem: str) -> CertificateRequest:
    """Read a PEM certificate request."""
    lines = [line for line in pem.strip().splitlines() if line]
    if len(lines) < 3 or "BEGIN CERTIFICATE REQUEST" not in lines[0] or "END CERTIFICATE" not in lines[-1]:
        raise Malformed("not one PEM certificate request")
    try:
        return _parse(base64.b64decode("".join(lines[1:-1]), validate=True))
    except (ValueError, IndexError) as error:
        raise Malformed(f"not a certificate request: {error}") from error


def _parse(der: bytes) -> CertificateRequest:
    info = _children(_children(_only(der, _SEQUENCE))[0][1])
    subject = [_children(pair)[:2] for _, group in _children(info[1][1]) for _, pair in _children(group)]
    dns: list[str] = []
    addresses: list[str] = []
    others = 0
    for tag, value in _alternative_names(info):
        if tag == _DNS:
            dns.append(value.decode("ascii"))
        elif tag == _ADDRESS:
            addresses.append(str(ip_address(value)))
        else:
            others += 1
    names = [text.decode() for (_, kind), (_, text) in subject if kind == _COMMON_NAME]
    organizations = tuple(text.decode() for (_, kind), (_, text) in subject if kind == _ORGANIZATION)
    if len(names) != 1:
        raise Malformed(f"{len(names)} common names")
    others += len(subject) - 1 - len(organizations)
    return CertificateRequest(names[0], organizations, tuple(dns), tuple(addresses), others)


def _alternative_names(info: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    names: list[tuple[int, bytes]] = []
    for tag, attributes in info[3:]:
        if tag != _ATTRIBUTES:
            raise Malformed("unknown field")
        for _, attribute in _children(attributes):
            (_, kind), (_, values) = _children(attribute)
            if kind != _EXTENSION_REQUEST:
                continue
            for _, extensions in _children(values):
                for _, extension in _children(extensions):
                    parts = _children(extension)
                    if parts[0] == (_OID, _SUBJECT_ALT_NAME):
                        names += _children(_only(parts[-1][1], _SEQUENCE))
    return names


def _only(data: bytes, expected: int) -> bytes:
    values = _children(data)
    if len(values) != 1 or values[0][0] != expected:
        raise Malformed("unexpected structure")
    return values[0][1]


def _children(data: bytes) -> list[tuple[int, bytes]]:
    """The DER values in `data`, one after the other, as (tag, content)."""
    values = []
    while data:
        tag, length, start = data[0], data[1], 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise Malformed("unsupported length")
            length, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
        if len(data) < start + length:
            raise Malformed("truncated")
        values.append((tag, data[start : start + length]))
        data = data[start + length :]
    return values
