"""Certificates that the tls provider signs, with who they name, which stands in the request behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policy.provider_values import blocks, texts
from policy.resource import Resource

SELF_SIGNED: Final = "tls:index/selfSignedCert:SelfSignedCert"
LOCALLY_SIGNED: Final = "tls:index/locallySignedCert:LocallySignedCert"
REQUEST: Final = "tls:index/certRequest:CertRequest"
TYPES: Final = (SELF_SIGNED, LOCALLY_SIGNED)


@dataclass(frozen=True)
class Certificate:
    """One certificate and the subject that it will have."""

    resource: Resource
    subject: Any
    """Mapping, list with one, None or UNKNOWN, as the provider's input."""

    @property
    def organizations(self) -> set[str]:
        """The groups that the API server puts its holder in, as far as they are known."""
        return {text for block in blocks(self.subject) for text in texts(block.get("organization"))}


def certificates(resources: Sequence[Resource]) -> Iterator[Certificate]:
    """Every certificate among the resources."""
    requests = [one for one in resources if one.type == REQUEST]
    for one in resources:
        if one.type == SELF_SIGNED:
            yield Certificate(one, one.at("subject"))
        elif one.type == LOCALLY_SIGNED:
            behind = [request for request in requests if _asked(one, request)]
            yield from (Certificate(one, request.at("subject")) for request in behind)


def _asked(certificate: Resource, request: Resource) -> bool:
    pem = certificate.at("certRequestPem")
    if isinstance(pem, str):
        return bool(pem == request.at("certRequestPem"))
    return request.urn in certificate.property_dependencies.get("certRequestPem", ())
