"""Requests for certificates: whose they are, and under which names."""

import hashlib
import ipaddress

from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.plugins.resource import Resource
from sandbox.plugins.tls.keys import PEM, algorithm_of, digest_for, load_key
from sandbox.plugins.wire import Properties

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


class CertRequest(Resource):
    token = "tls:index/certRequest:CertRequest"
    replace = frozenset({"*"})
    required = ("privateKeyPem",)
    computed = ("certRequestPem", "keyAlgorithm")
    secret_outputs = frozenset({"privateKeyPem"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        key = load_key(inputs["privateKeyPem"])
        builder = x509.CertificateSigningRequestBuilder().subject_name(subject_of(inputs.get("subject") or {}))
        names = alternative_names(inputs)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        request = builder.sign(key, digest_for(key)).public_bytes(PEM).decode()
        identity = hashlib.sha1(request.encode()).hexdigest()
        return identity, {**inputs, "certRequestPem": request, "keyAlgorithm": algorithm_of(key)}


def subject_of(values: Properties) -> x509.Name:
    attributes = [x509.NameAttribute(oid, values[key]) for key, oid in SUBJECT.items() if values.get(key)]
    streets = [x509.NameAttribute(NameOID.STREET_ADDRESS, street) for street in values.get("streetAddresses") or []]
    return x509.Name(attributes + streets)


def alternative_names(inputs: Properties) -> list[x509.GeneralName]:
    return [
        *(x509.DNSName(name) for name in inputs.get("dnsNames") or []),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in inputs.get("ipAddresses") or []),
        *(x509.UniformResourceIdentifier(uri) for uri in inputs.get("uris") or []),
    ]
