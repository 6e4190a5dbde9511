"""Certificates, signed by themselves or by an authority.

One is made once: it is replaced when an input changes, never because its time is running out.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from sandbox.plugins.resource import ProviderError, Resource
from sandbox.plugins.tls.keys import PEM, algorithm_of, digest_for, load_key
from sandbox.plugins.tls.requests import alternative_names, subject_of
from sandbox.plugins.wire import Properties

KEY_USAGES = {
    "digital_signature": "digital_signature",
    "content_commitment": "content_commitment",
    "key_encipherment": "key_encipherment",
    "data_encipherment": "data_encipherment",
    "key_agreement": "key_agreement",
    "cert_signing": "key_cert_sign",
    "crl_signing": "crl_sign",
    "encipher_only": "encipher_only",
    "decipher_only": "decipher_only",
}
EXTENDED_USAGES = {
    "any_extended": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client_auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code_signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp_signing": ExtendedKeyUsageOID.OCSP_SIGNING,
}


class Certificate(Resource):
    """What self-signed and locally signed certificates share."""

    replace = frozenset({"*"})
    not_replacing: ClassVar = frozenset({"earlyRenewalHours"})
    defaults: ClassVar = {"earlyRenewalHours": 0, "isCaCertificate": False, "setSubjectKeyId": False}

    def changed(self, old: Properties, new: Properties) -> set[str]:
        return super().changed(old, new) - self.not_replacing

    def _sign(
        self, inputs: Properties, subject: x509.Name, public: Any, names: list[x509.GeneralName], issuer: Any, key: Any
    ) -> tuple[str, Properties]:
        """The certificate; `issuer` is the certificate of the authority, or None for its own."""
        start = datetime.now(UTC).replace(microsecond=0)
        end = start + timedelta(hours=float(inputs["validityPeriodHours"]))
        serial, authority = secrets.randbits(127), bool(inputs["isCaCertificate"])
        path_length = inputs.get("maxPathLength") if authority and (inputs.get("maxPathLength") or -1) >= 0 else None
        own_id = x509.SubjectKeyIdentifier.from_public_key(public)
        builder = (
            x509.CertificateBuilder(serial_number=serial, not_valid_before=start, not_valid_after=end)
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(public)
            .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        )
        unknown = set(inputs["allowedUses"]) - KEY_USAGES.keys() - EXTENDED_USAGES.keys()
        if unknown:
            raise ProviderError(f"allowedUses: unknown use {', '.join(sorted(unknown))}")
        wanted = {KEY_USAGES[use] for use in inputs["allowedUses"] if use in KEY_USAGES}
        if wanted:
            usage = x509.KeyUsage(**{name: name in wanted for name in KEY_USAGES.values()})
            builder = builder.add_extension(usage, critical=True)
        extended: list[ObjectIdentifier] = [
            EXTENDED_USAGES[use] for use in inputs["allowedUses"] if use in EXTENDED_USAGES
        ]
        if extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
        if authority or inputs["setSubjectKeyId"]:
            builder = builder.add_extension(own_id, critical=False)
        authority_id = _subject_key_id(issuer) if issuer else own_id if inputs.get("setAuthorityKeyId") else None
        if authority_id:
            extension = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id)
            builder = builder.add_extension(extension, critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=not list(subject))
        return str(serial), {
            **inputs,
            "certPem": builder.sign(key, digest_for(key)).public_bytes(PEM).decode(),
            "readyForRenewal": False,
            "validityStartTime": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "validityEndTime": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class SelfSignedCert(Certificate):
    token = "tls:index/selfSignedCert:SelfSignedCert"
    required = ("allowedUses", "privateKeyPem", "validityPeriodHours")
    computed = ("certPem", "keyAlgorithm", "readyForRenewal", "validityStartTime", "validityEndTime")
    defaults: ClassVar = {**Certificate.defaults, "setAuthorityKeyId": False}
    secret_outputs = frozenset({"privateKeyPem"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key, subject = load_key(inputs["privateKeyPem"]), subject_of(inputs.get("subject") or {})
        serial, outputs = self._sign(inputs, subject, key.public_key(), alternative_names(inputs), None, key)
        return serial, {**outputs, "keyAlgorithm": algorithm_of(key)}


class LocallySignedCert(Certificate):
    token = "tls:index/locallySignedCert:LocallySignedCert"
    required = ("allowedUses", "caCertPem", "caPrivateKeyPem", "certRequestPem", "validityPeriodHours")
    computed = ("caKeyAlgorithm", "certPem", "readyForRenewal", "validityStartTime", "validityEndTime")
    secret_outputs = frozenset({"caPrivateKeyPem"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key = load_key(inputs["caPrivateKeyPem"])
        issuer = x509.load_pem_x509_certificate(inputs["caCertPem"].encode())
        if issuer.public_key() != key.public_key():
            raise ProviderError("caCertPem and caPrivateKeyPem do not belong together")
        request = x509.load_pem_x509_csr(inputs["certRequestPem"].encode())
        try:
            names = list(request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
        except x509.ExtensionNotFound:
            names = []
        serial, outputs = self._sign(inputs, request.subject, request.public_key(), names, issuer, key)
        return serial, {**outputs, "caKeyAlgorithm": algorithm_of(key)}


def _subject_key_id(certificate: x509.Certificate) -> x509.SubjectKeyIdentifier | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return None
