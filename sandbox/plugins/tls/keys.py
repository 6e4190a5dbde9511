"""Private keys, and how they sign."""

import base64
import hashlib
from typing import Any, ClassVar

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from sandbox.plugins.resource import ProviderError, Resource
from sandbox.plugins.wire import Properties

PEM = serialization.Encoding.PEM
CURVES: dict[str, type[ec.EllipticCurve]] = {"P224": ec.SECP224R1, "P256": ec.SECP256R1, "P384": ec.SECP384R1}
CURVES["P521"] = ec.SECP521R1


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


def _new_key(inputs: Properties) -> Any:
    algorithm = inputs["algorithm"]
    if algorithm == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(inputs["rsaBits"]))
    if algorithm == "ECDSA" and inputs["ecdsaCurve"] in CURVES:
        return ec.generate_private_key(CURVES[inputs["ecdsaCurve"]]())
    if algorithm == "ED25519":
        return ed25519.Ed25519PrivateKey.generate()
    raise ProviderError(f"no key can be made for algorithm {algorithm!r} and curve {inputs['ecdsaCurve']!r}")


def load_key(pem: str) -> Any:
    return serialization.load_pem_private_key(pem.encode(), password=None)


def digest_for(key: PrivateKeyTypes) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """The hash that Go's crypto/x509 picks for the key."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = key.curve.key_size
        if size > 256:
            return hashes.SHA512() if size > 384 else hashes.SHA384()
        return hashes.SHA256()
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def algorithm_of(key: PrivateKeyTypes) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return "ECDSA" if isinstance(key, ec.EllipticCurvePrivateKey) else "ED25519"
