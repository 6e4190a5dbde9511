"""The identity that sets up the first rights lives ten minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardway.machine.agent.identity import mint


def authority(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "ca.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return folder / "ca.crt", folder / "ca.key"


def test_the_certificate_is_short_and_for_clients_only(tmp_path: Path) -> None:
    root, root_key = authority(tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    path, key = mint(work, root, root_key)
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(root.read_bytes()))
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    subject = certificate.subject.rfc4514_string()
    assert subject in ("CN=hardway:bootstrap,O=system:masters", "O=system:masters,CN=hardway:bootstrap")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert key.stat().st_mode & 0o077 == 0
