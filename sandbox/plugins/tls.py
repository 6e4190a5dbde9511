"""The `tls` provider: keys, requests and certificates, as the official one makes them.

A certificate is made once: it is replaced when an input changes, never because its time is running out.
"""

import base64
import hashlib
import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from sandbox.plugins.resource import Provider, ProviderError, Resource
from sandbox.plugins.server import serve_provider
from sandbox.plugins.wire import Properties

CURVES: dict[str, type[ec.EllipticCurve]] = {"P224": ec.SECP224R1, "P256": ec.SECP256R1, "P384": ec.SECP384R1}
CURVES["P521"] = ec.SECP521R1
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
SUBJECT = {
    "country": NameOID.COUNTRY_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    "postalCode": NameOID.POSTAL_CODE,
    "commonName": NameOID.COMMON_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}
PEM = serialization.Encoding.PEM


class PrivateKey(Resource):
    token = "tls:index/privateKey:PrivateKey"
    replace = frozenset({"*"})
    required = ("algorithm",)
    defaults: ClassVar = {"ecdsaCurve": "P224", "rsaBits": 2048}
    secret_outputs = frozenset({"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"})
    computed = (
        *sorted(secret_outputs),
        "publicKeyPem",
        "publicKeyOpenssh",
        "publicKeyFingerprintMd5",
        "publicKeyFingerprintSha256",
    )

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key = _new_key(inputs)
        public, plain = key.public_key(), serialization.NoEncryption()
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        formats = serialization.PrivateFormat
        traditional = formats.PKCS8 if inputs["algorithm"] == "ED25519" else formats.TraditionalOpenSSL
        outputs = {
            **inputs,
            "privateKeyPem": key.private_bytes(PEM, traditional, plain),
            "privateKeyPemPkcs8": key.private_bytes(PEM, formats.PKCS8, plain),
            "publicKeyPem": public.public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
            "privateKeyOpenssh": b"",
            "publicKeyOpenssh": b"",
            "publicKeyFingerprintMd5": b"",
            "publicKeyFingerprintSha256": b"",
        }
        if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP224R1)):
            outputs["privateKeyOpenssh"] = key.private_bytes(PEM, formats.OpenSSH, plain)
            line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
            blob = base64.b64decode(line.split()[1])
            outputs["publicKeyOpenssh"] = line + b"\n"
            outputs["publicKeyFingerprintMd5"] = hashlib.md5(blob).digest().hex(":").encode()
            digest = base64.b64encode(hashlib.sha256(blob).digest()).rstrip(b"=")
            outputs["publicKeyFingerprintSha256"] = b"SHA256:" + digest
        texts = {name: value.decode() if isinstance(value, bytes) else value for name, value in outputs.items()}
        return hashlib.sha1(der).hexdigest(), texts


class CertRequest(Resource):
    token = "tls:index/certRequest:CertRequest"
    replace = frozenset({"*"})
    required = ("privateKeyPem",)
    computed = ("certRequestPem", "keyAlgorithm")
    secret_outputs = frozenset({"privateKeyPem"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key = _load_key(inputs["privateKeyPem"])
        builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(inputs.get("subject") or {}))
        names = _alternative_names(inputs)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        request = builder.sign(key, _digest(key)).public_bytes(PEM).decode()
        identity = hashlib.sha1(request.encode()).hexdigest()
        return identity, {**inputs, "certRequestPem": request, "keyAlgorithm": _algorithm(key)}


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
            "certPem": builder.sign(key, _digest(key)).public_bytes(PEM).decode(),
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
        key, subject = _load_key(inputs["privateKeyPem"]), _subject(inputs.get("subject") or {})
        serial, outputs = self._sign(inputs, subject, key.public_key(), _alternative_names(inputs), None, key)
        return serial, {**outputs, "keyAlgorithm": _algorithm(key)}


class LocallySignedCert(Certificate):
    token = "tls:index/locallySignedCert:LocallySignedCert"
    required = ("allowedUses", "caCertPem", "caPrivateKeyPem", "certRequestPem", "validityPeriodHours")
    computed = ("caKeyAlgorithm", "certPem", "readyForRenewal", "validityStartTime", "validityEndTime")
    secret_outputs = frozenset({"caPrivateKeyPem"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key = _load_key(inputs["caPrivateKeyPem"])
        issuer = x509.load_pem_x509_certificate(inputs["caCertPem"].encode())
        if issuer.public_key() != key.public_key():
            raise ProviderError("caCertPem and caPrivateKeyPem do not belong together")
        request = x509.load_pem_x509_csr(inputs["certRequestPem"].encode())
        try:
            names = list(request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
        except x509.ExtensionNotFound:
            names = []
        serial, outputs = self._sign(inputs, request.subject, request.public_key(), names, issuer, key)
        return serial, {**outputs, "caKeyAlgorithm": _algorithm(key)}


def _new_key(inputs: Properties) -> Any:
    algorithm = inputs["algorithm"]
    if algorithm == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(inputs["rsaBits"]))
    if algorithm == "ECDSA" and inputs["ecdsaCurve"] in CURVES:
        return ec.generate_private_key(CURVES[inputs["ecdsaCurve"]]())
    if algorithm == "ED25519":
        return ed25519.Ed25519PrivateKey.generate()
    raise ProviderError(f"no key can be made for algorithm {algorithm!r} and curve {inputs['ecdsaCurve']!r}")


def _load_key(pem: str) -> Any:
    return serialization.load_pem_private_key(pem.encode(), password=None)


def _digest(key: PrivateKeyTypes) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """The hash that Go's crypto/x509 picks for the key."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = key.curve.key_size
        if size > 256:
            return hashes.SHA512() if size > 384 else hashes.SHA384()
        return hashes.SHA256()
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _algorithm(key: PrivateKeyTypes) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return "ECDSA" if isinstance(key, ec.EllipticCurvePrivateKey) else "ED25519"


def _subject(values: Properties) -> x509.Name:
    attributes = [x509.NameAttribute(oid, values[key]) for key, oid in SUBJECT.items() if values.get(key)]
    streets = [x509.NameAttribute(NameOID.STREET_ADDRESS, street) for street in values.get("streetAddresses") or []]
    return x509.Name(attributes + streets)


def _alternative_names(inputs: Properties) -> list[x509.GeneralName]:
    return [
        *(x509.DNSName(name) for name in inputs.get("dnsNames") or []),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in inputs.get("ipAddresses") or []),
        *(x509.UniformResourceIdentifier(uri) for uri in inputs.get("uris") or []),
    ]


def _subject_key_id(certificate: x509.Certificate) -> x509.SubjectKeyIdentifier | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return None


class TlsProvider(Provider):
    name = "tls"

    def __init__(self) -> None:
        super().__init__()
        kinds = (PrivateKey, CertRequest, SelfSignedCert, LocallySignedCert)
        self.resources = {kind.token: kind() for kind in kinds}


def main() -> None:
    """The plugin's process."""
    serve_provider(TlsProvider())
